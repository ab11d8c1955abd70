using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Training;

namespace MlNetSer.Tests.Training;

/// <summary>Whether a column still holds what its store holds is known from the schema: what changed after Cached trains as it is
/// now.</summary>
[Collection("libtorch")]
public sealed class ColumnOriginTests : IDisposable
{
    private const int RowCount = 30, FirstBlanked = 10;   // far beyond the rows that a sample would look at

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-origin-").FullName;
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Blanked_speaker_beyond_the_first_rows_trains_blank()
    {
        using var cached = Cached();
        var blanked = Map(cached, (row, output) => output.Embedding = IsBlanked(row) ? new float[row.Embedding.Length]
            : [.. row.Embedding]);

        var untouched = Losses(cached);
        var trained = Losses(blanked);
        var withoutPointers = Losses(_ml.Transforms.DropColumns("Embedding.Source").Fit(blanked).Transform(blanked));

        Assert.Equal(withoutPointers, trained);
        Assert.NotEqual(untouched, trained);
        Assert.Equal(untouched, Losses(_ml.Transforms.DropColumns("Embedding.Source").Fit(cached).Transform(cached)));
    }

    [Fact]
    public void Shapes_that_changed_after_Cached_train_as_they_are_now()
    {
        using var cached = Cached();
        var changed = Apply(_ml.Transforms.CustomMapping<ShapeRow, NewShapeRow>((row, output)
            => output.Shape = [1, row.Shape[0] * row.Shape[1], row.Shape[2]], null), cached);

        using var rows = Utterances.Read(changed, new RnnMhsaOptions(), default);

        Assert.Equal(0, rows.StoredCount);
        Assert.Equal(1, rows.Streams[0].ColumnBlockCount);
        AssertHoldsItsColumn("shapes", changed, rows);
    }

    [Fact]
    public void Name_of_a_column_is_no_identity_of_a_store()
    {
        var error = Assert.Throws<ArgumentException>(() => Rows(1).Cached(Path.Combine(_folder, "named"), "Embedding", Options()));

        Assert.Contains("EmbeddingStoreOptions.ColumnName", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_leave_the_column_alone_train_from_the_store()
    {
        using var cached = Cached();
        var transforms = _ml.Transforms;
        var steps = new (string Name, int Rows, IDataView Data)[]
        {
            ("itself", RowCount, cached),
            ("filtered", -1, _ml.Data.FilterRowsByKeyColumnFraction(cached, "Label", 0, 0.67)),
            ("shuffled", RowCount, _ml.Data.ShuffleRows(cached, 1)),
            ("taken", 20, _ml.Data.TakeRows(cached, 20)),
            ("skipped", 18, _ml.Data.SkipRows(cached, 12)),
            ("kept in memory", RowCount, _ml.Data.Cache(cached)),
            ("selected", RowCount, Apply(transforms.SelectColumns("Embedding", "Embedding.Shape", "Embedding.Source", "Label"), cached)),
            ("copied away and back", RowCount, Apply(transforms.CopyColumns("Other", "Embedding")
                .Append(transforms.CopyColumns("Embedding", "Other")), cached)),
            ("more columns", RowCount, Apply(transforms.CopyColumns("Name", "Id"), cached)),
        };
        foreach (var (name, count, data) in steps)
        {
            using var rows = Read(data);
            Assert.True(rows.Count > 0 && (count < 0 || rows.Count == count), $"{name}: {rows.Count} rows");
            Assert.True(rows.StoredCount == rows.Count, $"{name}: {rows.StoredCount} of {rows.Count} rows are read from the store.");
            AssertHoldsItsColumn(name, data, rows);
        }
    }

    [Fact]
    public void Every_transform_of_ML_NET_that_changes_the_column_trains_on_its_values()
    {
        using var cached = Cached();
        var transforms = _ml.Transforms;
        var steps = new (string Name, Func<IDataView> Data)[]
        {
            ("CustomMapping", () => Map(cached, (row, output) => output.Embedding = [.. row.Embedding.Select(value => value / 2)])),
            ("CustomMapping of the same values", () => Map(cached, (row, output) => output.Embedding = [.. row.Embedding])),
            ("NormalizeLpNorm", () => Apply(transforms.NormalizeLpNorm("Embedding"), cached)),
            ("NormalizeGlobalContrast", () => Apply(transforms.NormalizeGlobalContrast("Embedding"), cached)),
            ("NormalizeMinMax", () => Apply(transforms.NormalizeMinMax("Embedding"), cached)),
            ("NormalizeMeanVariance", () => Apply(transforms.NormalizeMeanVariance("Embedding"), cached)),
            ("ReplaceMissingValues", () => Apply(transforms.ReplaceMissingValues("Embedding"), cached)),
            ("Concatenate", () => Apply(transforms.Concatenate("Embedding", "Embedding", "Embedding"), cached)),
            ("MapValue", () => Apply(transforms.Conversion.MapValue("Embedding", new Dictionary<float, float> { [0] = 1 }, "Embedding"),
                cached)),
            ("ConvertType", () => Apply(transforms.Conversion.ConvertType("Embedding", outputKind: DataKind.Single), cached)),
            ("Expression", () => Apply(transforms.Expression("Embedding", "x => x * 2", "Embedding"), cached)),
            ("CopyColumns of another", () => Apply(transforms.CopyColumns("Embedding", "Raw"), WithRaw(cached))),
        };
        List<string> trained = [];
        foreach (var (name, step) in steps)
        {
            IDataView data;
            try
            {
                data = step();
                _ = data.Preview(1);
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException)
            {
                continue;   // refused by ML.NET for vectors of variable length
            }
            if (data.GetColumn<float[]>("Embedding").First().Length != data.GetColumn<long[]>("Embedding.Shape").First().Aggregate(1L,
                (a, b) => a * b))
            {
                Assert.Throws<InvalidOperationException>(() => Read(data));   // its shape is another now, which only its values can tell
                trained.Add(name);
                continue;
            }
            using var rows = Read(data);
            AssertHoldsItsColumn(name, data, rows);
            trained.Add(name);
        }
        Assert.Superset(new HashSet<string> { "CustomMapping", "CustomMapping of the same values", "Concatenate", "Expression",
            "ConvertType", "CopyColumns of another" }, trained.ToHashSet());
    }

    [Fact]
    public void Pointers_that_changed_were_dropped_or_belong_to_another_view_are_not_followed()
    {
        using var cached = Cached();
        using var other = Cached("other", seed: 2);
        var transforms = _ml.Transforms;
        var swapped = transforms.CustomMapping<PointerRow, PointerRow>((row, output) => output.Source = [row.Source[0], 0], null)
            .Fit(cached).Transform(cached);
        var copied = Apply(transforms.CopyColumns("Embedding.Source", "Other.Source"), Zip(cached, other));
        var exchanged = Apply(transforms.CopyColumns("Embedding", "Other").Append(transforms.CopyColumns("Embedding.Shape", "Other.Shape")),
            Zip(cached, other));
        foreach (var (name, data, stored) in new[]
        {
            ("changed", swapped, 0), ("dropped", Apply(transforms.DropColumns("Embedding.Source"), cached), 0),
                ("of another view", copied, 0), ("both of the other", exchanged, RowCount),
        })
        {
            using var rows = Read(data);
            Assert.True(rows.StoredCount == stored, $"{name}: {rows.StoredCount} rows are read from the store.");
            AssertHoldsItsColumn(name, data, rows);
        }
    }

    [Fact]
    public void Two_cached_columns_of_one_view_are_each_read_from_their_own_store()
    {
        using var both = Zip(Cached(), Cached("other", seed: 2));

        using var rows = Utterances.Read(both, new LateFusionRnnOptions
        {
            Streams = [new SequenceColumn("Embedding"),
            new SequenceColumn("Other")]
        }, default);

        Assert.Equal(RowCount, rows.StoredCount);
        AssertHoldsItsColumn("first", both, rows);
        AssertHoldsItsColumn("second", both, rows, "Other", stream: 1);
    }

    [Fact]
    public void Disposed_store_is_refused_with_the_way_out()
    {
        var cached = Cached();
        cached.Dispose();

        Assert.Contains("disposed", Assert.Throws<ObjectDisposedException>(() => Read(cached)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsBlanked(EmbeddingRow row) => row.Id.CompareTo($"{FirstBlanked:000}") >= 0 && row.Id.CompareTo("020") < 0;

    private static EmbeddingStoreOptions Options(string column = "Embedding")
        => new() { ColumnName = column, AudioPathColumnName = null, KeyColumnNames = ["Id"] };

    private static void AssertHoldsItsColumn(string name, IDataView data, Utterances rows, string column = "Embedding", int stream = 0)
    {
        var row = 0;
        foreach (var values in data.GetColumn<float[]>(column))
        {
            var read = new float[values.Length];
            rows.Streams[stream].Read([row], read);
            for (var i = 0; i < values.Length; i++)
                Assert.True(Math.Abs(values[i] - read[i]) <= 1e-3 * Math.Max(1, Math.Abs(values[i])),
                    $"{name}, row {row}, value {i}: the column holds {values[i]}, {read[i]} trains.");
            row++;
        }
        Assert.Equal(rows.Count, row);
    }

    private static Utterances Read(IDataView data) => Utterances.Read(data, new CtaRnnOptions(), default);

    private static double[] Losses(IDataView data)
    {
        var ml = new MLContext(1);
        using var model = ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs: 3)).Fit(data);
        return [.. model.Report.Epochs.Select(epoch => epoch.TrainLoss)];
    }

    private static IDataView Apply<T>(IEstimator<T> estimator, IDataView data) where T : class, ITransformer
        => estimator.Fit(data).Transform(data);

    private IDataView Map(IDataView data, Action<EmbeddingRow, EmbeddingOnly> map)
        => Apply(_ml.Transforms.CustomMapping(map, null), data);

    private IDataView WithRaw(IDataView data)
        => Apply(_ml.Transforms.CustomMapping<EmbeddingRow, RawRow>((row, output)
            => output.Raw = [.. row.Embedding.Select(value => -value)], null), data);

    private CachedDataView Cached(string name = "store", int seed = 1)
        => Rows(seed).Cached(Path.Combine(_folder, name), $"invented {seed}", Options());

    /// <summary>The first view's rows with the second's embedding under the name Other.</summary>
    private CachedDataView Zip(CachedDataView first, CachedDataView second)
    {
        var values = second.GetColumn<float[]>("Embedding").ToArray();
        var shapes = second.GetColumn<long[]>("Embedding.Shape").ToArray();
        var with = Apply(_ml.Transforms.CustomMapping<IdRow, OtherRow>((row, output) =>
            (output.Other, output.Shape) = (values[int.Parse(row.Id)], shapes[int.Parse(row.Id)]), null), first);
        return with.Cached(Path.Combine(_folder, "zipped"), "invented, zipped", Options("Other"));
    }

    private IDataView Rows(int seed)
    {
        var rows = Row.Make(RowCount, seed).Select((row, i) => new KeyedRow
        {
            Id = $"{i:000}",
            Label = row.Label,
            Embedding = row.Embedding,
            Shape = row.Shape
        });
        return Apply(_ml.Transforms.Conversion.MapValueToKey("Label"), _ml.Data.LoadFromEnumerable(rows));
    }

    private class IdRow
    {
        public string Id { get; set; } = "";
    }

    private sealed class EmbeddingRow : IdRow
    {
        [VectorType]
        public float[] Embedding { get; set; } = [];
    }

    private sealed class EmbeddingOnly
    {
        [VectorType]
        public float[] Embedding { get; set; } = [];
    }

    private sealed class ShapeRow
    {
        [VectorType, ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }

    private sealed class NewShapeRow
    {
        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }

    private sealed class RawRow
    {
        [VectorType]
        public float[] Raw { get; set; } = [];
    }

    private sealed class OtherRow
    {
        [VectorType]
        public float[] Other { get; set; } = [];

        [VectorType(3), ColumnName("Other.Shape")]
        public long[] Shape { get; set; } = [];
    }

    private sealed class PointerRow
    {
        [VectorType(2), ColumnName("Embedding.Source")]
        public long[] Source { get; set; } = [];
    }

    private sealed class KeyedRow : IdRow
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Embedding { get; set; } = [];

        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }
}
