using System.Collections;
using System.Reflection;

namespace MlNetSer.Tests;

/// <summary>A record that holds a list, an array or a dictionary is equal to its twin, and different from one with another
/// element.</summary>
public sealed class RecordEqualityTests
{
    private static readonly Type[] s_anyOfEach = [typeof(SpeechEncoder), typeof(SpeechTrainer), typeof(CorpusManifest)];

    public static TheoryData<Type> Records => [.. s_anyOfEach.SelectMany(type => type.Assembly.GetExportedTypes())
        .Where(type => type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null
        || type.GetMethod("<Clone>$") is not null)
        .OrderBy(type => type.FullName, StringComparer.Ordinal)];

    [Fact]
    public void There_are_records_to_compare() => Assert.InRange(Records.Count, 50, 1000);

    [Theory, MemberData(nameof(Records))]
    public void A_record_is_equal_to_its_twin(Type type)
    {
        object twin = Make(type, 1)!, other = Make(type, 1)!;

        Assert.NotSame(twin, other);
        Assert.Equal(twin, other);
        Assert.Equal(twin.GetHashCode(), other.GetHashCode());
        foreach (var list in type.GetProperties().Where(property => property.CanWrite && IsList(property.PropertyType)))
        {
            list.SetValue(other, Make(list.PropertyType, 2));
            Assert.False(twin.Equals(other), $"{type.Name}.{list.Name} does not count.");
            list.SetValue(other, Make(list.PropertyType, 1));
        }
    }

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    /// <summary>A value that a number decides: two of one number share no list.</summary>
    private static object? Make(Type type, int number)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Make(underlying, number);
        if (type == typeof(string))
            return new string('a', number);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (type.IsPrimitive || type == typeof(TimeSpan))
            return type == typeof(bool) ? number == 1 : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(number)
                : Convert.ChangeType(number, type);
        if (type.IsArray)
            return Filled(Array.CreateInstance(type.GetElementType()!, 2), type.GetElementType()!, number);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return Filled(Array.CreateInstance(type.GenericTypeArguments[0], 2), type.GenericTypeArguments[0], number);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GenericTypeArguments))!;
            map.Add("a", Make(type.GenericTypeArguments[1], number));
            return map;
        }
        if (type == typeof(ConfusionMatrix))
            return new ConfusionMatrix([new string('a', number), "b"]);
        if (type == typeof(TextAlignment))
            return TextAlignment.Words("a b", number == 1 ? "a c" : "b");
        if (type == typeof(CorpusManifest))
            return Load(number);
        if (type.IsInterface || type == typeof(object) || type.Namespace?.StartsWith("Microsoft", StringComparison.Ordinal) == true)
            return null;   // a model or a stream is itself only
        var constructor = type.GetConstructors().OrderByDescending(made => made.GetParameters().Length).FirstOrDefault();
        var made = constructor is null ? Activator.CreateInstance(type)
            : constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType, number))]);
        foreach (var property in type.GetProperties()
            .Where(property => property.CanWrite && property.GetIndexParameters().Length == 0 && IsRecord(type)))
            property.SetValue(made, property.PropertyType == type || IsOptions(property.PropertyType)
                ? property.GetValue(made) is { } own && IsOptions(property.PropertyType) ? Shared(own) : null
                : Make(property.PropertyType, number));
        return made;
    }

    private static readonly Dictionary<Type, object> s_options = [];

    /// <summary>Options are classes with behaviour, equal only to themselves: both twins get the same.</summary>
    private static object Shared(object options) => s_options.TryAdd(options.GetType(), options) ? options : s_options[options.GetType()];

    private static bool IsOptions(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal) && !IsRecord(type);

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null || type.IsValueType;

    private static Array Filled(Array array, Type element, int number)
    {
        for (var i = 0; i < array.Length; i++)
            array.SetValue(Make(element, number), i);
        return array;
    }

    private static readonly Dictionary<int, string> s_manifests = [];

    private static CorpusManifest Load(int number)
    {
        if (!s_manifests.TryGetValue(number, out var path))
            File.WriteAllText(s_manifests[number] = path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "m.csv"),
                $"path,speaker,label\n{number}.wav,a,b\n");
        return CorpusManifest.Load(path);
    }
}
