using System.Reflection;

namespace MlNetSer.TestKit;

/// <summary>What an assembly shows, one line for each member: a change of it is a change of the text, seen in review.</summary>
public static class PublicSurface
{
    /// <summary>
    /// Compares the surface with <c>PublicApi/(assembly).txt</c> beside the test's sources; null where they agree, else what to do.
    /// </summary>
    public static string? Difference(Assembly assembly, string approvedPath)
    {
        var lines = Lines(assembly);
        string[] approved = File.Exists(approvedPath) ? File.ReadAllLines(approvedPath) : [];
        if (lines.SequenceEqual(approved))
            return null;
        var received = Path.ChangeExtension(approvedPath, ".received.txt");
        File.WriteAllLines(received, lines);
        return $"The public surface of {assembly.GetName().Name} is not that of '{approvedPath}'. "
            + $"If it is meant to change, copy '{received}' over it.\n"
            + string.Join('\n', lines.Except(approved).Select(line => "+ " + line)
            .Concat(approved.Except(lines).Select(line => "- " + line)).Take(20));
    }

    private static List<string> Lines(Assembly assembly)
    {
        var types = assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);
        return [.. types.SelectMany(type => Members(type).Order(StringComparer.Ordinal).Prepend(Declaration(type)))];
    }

    private static string Declaration(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface
            ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed
            ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        return $"{kind} {Name(type)}{(type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? " : " + Name(parent) : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Own))
        {
            var line = member switch
            {
                ConstructorInfo constructor => $"({Parameters(constructor)})",
                MethodInfo { IsSpecialName: false } method when !method.Name.Contains('<')
                => $"{method.Name}({Parameters(method)}) -> {Name(method.ReturnType)}",
                PropertyInfo property =>
                $"{property.Name}: "
                + $"{Name(property.PropertyType)} "
                + $"{{{(property.GetMethod is { IsPublic: true } ? " get" : "")}{(property.SetMethod is { IsPublic: true } ? " set" : "")} }}",
                FieldInfo { IsSpecialName: false } field => type.IsEnum
                ? $"{field.Name} = {field.GetRawConstantValue()}" : $"{field.Name}: {Name(field.FieldType)}",
                EventInfo happening => $"event {happening.Name}: {Name(happening.EventHandlerType!)}",
                _ => null,
            };
            if (line is not null)
                yield return $"  {Name(type)}.{line}";
        }
    }

    private static string Parameters(MethodBase method)
        => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} "
        + $"{p.Name}{(p.HasDefaultValue ? " = " + (p.DefaultValue ?? "null") : "")}"));

    private static string Name(Type type)
    {
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (!type.IsGenericType)
            return type.Name;
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
