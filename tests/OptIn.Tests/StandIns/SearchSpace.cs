// Stand-ins for what src/AutoML uses of Microsoft.ML.SearchSpace: names and signatures are the package's, everything inside is ours and as
// little as tests need.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace
{
    public sealed class Parameter
    {
        private readonly JsonNode _value;

        private Parameter(JsonNode value) => _value = value;

        public static Parameter FromObject<T>(T value) where T : class => new(JsonSerializer.SerializeToNode(value)!);

        public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters)
            => new(new JsonObject(parameters.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value._value))));

        public Parameter this[string key] => new(_value[key] ?? throw new KeyNotFoundException(key));

        public T AsType<T>() => _value.Deserialize<T>()!;
    }

    public class SearchSpace : OptionBase
    {
        private readonly SortedDictionary<string, OptionBase> _options = new(StringComparer.Ordinal);

        public ICollection<string> Keys => _options.Keys;

        public OptionBase this[string key] => _options[key];

        public void Add(string key, OptionBase value) => _options.Add(key, value);

        public bool Remove(string key) => _options.Remove(key);
    }

    public sealed class SearchSpace<T> : SearchSpace where T : class, new()
    {
        public SearchSpace(T defaultOption)
        {
            Start = defaultOption;
            foreach (var property in typeof(T).GetProperties()
                .Where(property => property.GetCustomAttributes<Attribute>()
                .Any(a => a is RangeAttribute or ChoiceAttribute or BooleanChoiceAttribute)))
                Add(property.Name, new OptionBase());
        }

        public T Start { get; }
    }
}

namespace Microsoft.ML.SearchSpace.Option
{
    public class OptionBase;

    public sealed class ChoiceOption(object[] choices, object? defaultChoice) : OptionBase
    {
        public ChoiceOption(params object[] choices) : this(choices, choices[0])
        {
        }

        public object[] Choices => choices;

        public object? DefaultChoice => defaultChoice;
    }

    public sealed class UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null) : OptionBase
    {
        public (int Min, int Max, bool LogBase, int? Start) All => (min, max, logBase, defaultValue);
    }

    public sealed class UniformDoubleOption(double min, double max, bool logBase = false, double? defaultValue = null) : OptionBase
    {
        public (double Min, double Max, bool LogBase, double? Start) All => (min, max, logBase, defaultValue);
    }
}
