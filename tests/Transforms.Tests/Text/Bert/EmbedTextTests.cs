using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Text;

public sealed class EmbedTextTests
{
    private const int Dimension = 16;
    private static readonly MLContext Ml = new(1);
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat"];

    [Fact]
    public void Layer_0_is_the_normed_sum_of_piece_position_and_type()
    {
        var encoder = TextEncoder.FromBytes(BertGraph.Write(Vocabulary.Length, hiddenStates: true), Vocabulary,
            new TextEncoderOptions { Layer = 0 });

        var row = Embed(encoder, "The cats sat").Single();

        int[] ids = [2, 5, 6, 7, 8, 3];                                // [CLS] the cat ##s sat [SEP]
        Assert.Equal([6L, Dimension], row.Shape);
        Assert.Equal(0, row.Cut);
        var (words, positions, types) = (BertGraph.Weight(1, "words", Vocabulary.Length * Dimension),
            BertGraph.Weight(1, BertGraph.Positions, BertGraph.MaxPieces * Dimension), BertGraph.Weight(1, "types", 2 * Dimension));
        for (var s = 0; s < ids.Length; s++)
        {
            double[] sum = [.. Enumerable.Range(0, Dimension)
                .Select(k => (double)words[ids[s] * Dimension + k] + positions[s * Dimension + k] + types[k])];
            var (mean, deviation) = (sum.Average(), Math.Sqrt(sum.Average(v => Math.Pow(v - sum.Average(), 2))));
            for (var k = 0; k < Dimension; k++)
                Assert.Equal((sum[k] - mean) / deviation, row.Embedding[s * Dimension + k], 1e-5);
        }
    }

    [Fact]
    public void The_last_hidden_state_is_taken_unless_another_output_is_named()
    {
        var model = BertGraph.Write(Vocabulary.Length, hiddenStates: true);
        float[] Of(TextEncoderOptions? options) => Embed(TextEncoder.FromBytes(model, Vocabulary, options), "the cat").Single().Embedding;

        Assert.Equal(Of(new TextEncoderOptions { Layer = 2 }), Of(null));
        Assert.Equal(Of(new TextEncoderOptions { Output = "hidden_states.1" }), Of(new TextEncoderOptions { Layer = 1 }));
        Assert.NotEqual(Of(new TextEncoderOptions { Layer = 1 }), Of(null));
    }

    [Theory]
    [InlineData("input_ids", false)]
    [InlineData("input_ids,attention_mask", true)]
    [InlineData("input_ids,attention_mask,token_type_ids,position_ids", false)]
    public void Any_subset_of_the_inputs_is_fed(string inputs, bool as32Bits)
    {
        var asked = inputs.Split(',');
        var encoder = TextEncoder.FromBytes(BertGraph.Write(
            Vocabulary.Length, inputs: asked, type: as32Bits ? OnnxType.Int32 : OnnxType.Int64), Vocabulary);
        var plain = TextEncoder.FromBytes(BertGraph.Write(Vocabulary.Length, inputs: [.. asked.Where(name => name == "token_type_ids")]),
            Vocabulary);

        // A mask of ones and positions from 0 are what a graph without these inputs computes by itself.
        Assert.Equal(Embed(plain, "the cats").Single().Embedding, Embed(encoder, "the cats").Single().Embedding,
            (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Empty_text_gives_the_two_marks_and_a_text_of_2000_words_is_cut_and_counted()
    {
        var encoder = TextEncoder.FromBytes(BertGraph.Write(Vocabulary.Length), Vocabulary);

        var rows = Embed(encoder, "", string.Join(' ', Enumerable.Repeat("the", 2000)));

        Assert.Equal([2L, Dimension], rows[0].Shape);
        Assert.Equal(2 * Dimension, rows[0].Embedding.Length);
        Assert.Equal(0, rows[0].Cut);
        Assert.Equal([512L, Dimension], rows[1].Shape);
        Assert.Equal(2000 - 510, rows[1].Cut);
    }

    [Fact]
    public void A_text_is_cut_to_the_positions_that_the_model_has_and_more_are_refused()
    {
        var model = BertGraph.Write(Vocabulary.Length, positionCount: 20);

        var row = Embed(TextEncoder.FromBytes(model, Vocabulary), string.Join(' ', Enumerable.Repeat("the", 100))).Single();

        Assert.Equal([20L, Dimension], row.Shape);
        Assert.Equal(100 - 18, row.Cut);
        Assert.Contains("MaxPieceCount is 21, but text encoder 'text encoder' has 20 positions ('embeddings.position_embeddings.weight')",
            Assert.Throws<InvalidDataException>(() => TextEncoder.FromBytes(
            model, Vocabulary, new TextEncoderOptions { MaxPieceCount = 21 })).Message);
    }

    [Fact]
    public void A_cut_text_is_warned_of_with_the_count_so_far_and_once_however_often_it_is_read()
    {
        var (warnings, data) = (new Heard(), Ml.Data.LoadFromEnumerable(
            new[] { The(600), "the cat", The(2000), The(600), "" }.Select(text => new Words { Transcript = text })));
        using var model = Ml.Transforms.EmbedText("TextEmbedding", "Transcript",
            TextEncoder.FromBytes(BertGraph.Write(Vocabulary.Length), Vocabulary), warnings).Fit(data);
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "text.zip");
        Ml.Model.Save(model, data.Schema, path);

        for (var pass = 0; pass < 2; pass++)
            Assert.Equal([90L, 0, 1490, 90, 0], model.Transform(data).GetColumn<long>("TextEmbedding.Cut"));
        // in silence
        Assert.Equal([90L, 0, 1490, 90, 0], new MLContext().Model.Load(path, out _).Transform(data).GetColumn<long>("TextEmbedding.Cut"));

        Assert.Equal([(1, 90L), (2, 1580L)], warnings.Select(warning => (warning.TextCount, warning.PieceCount)));
        Assert.Equal(
            "1 text has more than 512 word pieces: 90 pieces were left out. The last one begins 'the the the the the the the the the the "
            + "…'.", warnings[0].ToString());
        Assert.StartsWith("2 texts have more than 512 word pieces: 1,580 pieces were left out.", warnings[1].ToString());

        static string The(int times) => string.Join(' ', Enumerable.Repeat("the", times));
    }

    [Fact]
    public void Saved_and_loaded_the_tokenizer_is_inside()
    {
        var data = Ml.Data.LoadFromEnumerable(new[] { "The cats sat", "", "a dog" }.Select(text => new Words { Transcript = text }));
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "text.zip");
        using var model = Ml.Transforms.EmbedText("TextEmbedding", "Transcript",
            TextEncoder.FromBytes(BertGraph.Write(Vocabulary.Length), Vocabulary)).Fit(data);
        Ml.Model.Save(model, data.Schema, path);

        var loaded = new MLContext().Model.Load(path, out _).Transform(data);

        Assert.Equal(model.Transform(data).GetColumn<float[]>("TextEmbedding"), loaded.GetColumn<float[]>("TextEmbedding"));
        Assert.Equal(["TextEmbedding", "TextEmbedding.Cut", "TextEmbedding.Identity", "TextEmbedding.Shape", "Transcript"],
            loaded.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Models_and_vocabularies_that_do_not_fit_are_refused_in_words()
    {
        static string Fault(Func<object> make) => Assert.Throws<InvalidDataException>(make).Message;

        Assert.Contains("has 10 pieces, but text encoder 'text encoder' knows 9. Take the vocab.txt that came with this model",
            Fault(() => TextEncoder.FromBytes(BertGraph.Write(9), [.. Vocabulary, "dog"])));
        Assert.Contains("lacks [UNK]", Fault(() => TextEncoder.FromBytes(
            BertGraph.Write(9), [.. Vocabulary.Where(piece => piece != "[UNK]")])));
        Assert.Contains("is not an ONNX model", Fault(() => TextEncoder.FromBytes([1, 2, 3], Vocabulary)));
        Assert.Contains(
            "has the outputs [last_hidden_state, pooler_output]; wanted one of three dimensions called hidden_states.4, hidden_states_4, "
            + "layer_4",
            Fault(() => TextEncoder.FromBytes(BertGraph.Write(9), Vocabulary, new TextEncoderOptions { Layer = 4 })));
        Assert.Contains("called pooler_output", Fault(() =>
            TextEncoder.FromBytes(BertGraph.Write(9), Vocabulary, new TextEncoderOptions { Output = "pooler_output" })));
        Assert.Contains("has the inputs [features", Fault(
            () => TextEncoder.FromBytes(SpeechEncoder.Untrained().Model.ToArray(), Vocabulary)));
        Assert.Contains("MaxPieceCount is 1, but must be at least 2 ([CLS] and [SEP]); Layer is -1, but must be at least 0",
            Assert.Throws<ArgumentException>(() => TextEncoder.FromBytes(
            BertGraph.Write(9), Vocabulary, new TextEncoderOptions { MaxPieceCount = 1, Layer = -1 })).Message);
        Assert.Contains("There is no text encoder at 'absent.onnx'",
            Assert.Throws<FileNotFoundException>(() => TextEncoder.FromFile("absent.onnx", "vocab.txt")).Message);
    }

    private static List<Embedded> Embed(TextEncoder encoder, params string[] texts)
    {
        var data = Ml.Data.LoadFromEnumerable(texts.Select(text => new Words { Transcript = text }));
        using var model = Ml.Transforms.EmbedText("TextEmbedding", "Transcript", encoder).Fit(data);
        return [.. Ml.Data.CreateEnumerable<Embedded>(model.Transform(data), reuseRowObject: false, ignoreMissingColumns: true)];
    }

    private sealed class Heard : List<TextCut>, IProgress<TextCut>
    {
        public void Report(TextCut value) => Add(value);
    }

    private sealed class Words
    {
        public string Transcript { get; set; } = "";
    }

    private sealed class Embedded
    {
        [ColumnName("TextEmbedding")]
        public float[] Embedding { get; set; } = [];

        [ColumnName("TextEmbedding.Shape")]
        public long[] Shape { get; set; } = [];

        [ColumnName("TextEmbedding.Cut")]
        public long Cut { get; set; }
    }
}
