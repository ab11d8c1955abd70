using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Composition;
using MlNetSer.Marks;
using MlNetSer.Onnx;
using MlNetSer.Text.Bert;

namespace MlNetSer;

/// <summary>Turns a text into the states of a BERT-style encoder, one for each word piece: the features T of the paper (§4.2.1).</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text |
/// | Output column data type | Variable-length vector of Single: pieces x dimension, row-major, from [CLS] to [SEP] |
/// | <c>(output).Shape</c> | Two Int64: pieces, dimension; an empty text has two pieces |
/// | <c>(output).Cut</c> | Int64: pieces of the text that the model could not take |
/// | <c>(output).Identity</c> | What made it |
/// | Required beside Microsoft.ML | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu |
///
/// Vocabulary and options of the tokenizer travel inside a saved model as the constant output of a small ONNX graph.
/// </remarks>
public sealed class EmbedTextEstimator : ComposedEstimator
{
    private const string Embedding = "MlNetSer.TextEmbedding", Shape = "MlNetSer.TextShape";

    private readonly string _output;
    private readonly TextEncoder _encoder;
    private readonly Action<TextRow, PiecesRow> _tokenize;

    internal EmbedTextEstimator(TransformsCatalog transforms, string outputColumnName, string inputColumnName, TextEncoder encoder,
        IProgress<TextCut>? warnings)
        : base(transforms, new InputColumn(inputColumnName, TextDataViewType.Instance, IsVector: false))
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_output, _encoder) = (outputColumnName, encoder);
        _tokenize = warnings is null ? WordPiecesMapping.Tokenize : Counted(new TextCutCounter(encoder.Settings.MaxPieceCount, warnings));
    }

    private string Identity => IdentityMarks.EmbedText + "encoder " + _encoder.Hash;

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
        => transforms.CopyColumns(TextRow.TextColumn, Input.Name)
            .Append(transforms.ApplyOnnxModel([TextRow.SettingsColumn, TextRow.IdentityColumn], [TextRow.TextColumn],
                file(ConstantText.Graph(TextRow.SettingsColumn, _encoder.Settings.ToJson(), TextRow.TextColumn, OnnxType.String,
                    (TextRow.IdentityColumn, Identity)))))
            .Append(transforms.CustomMapping<TextRow, PiecesRow>(_tokenize, WordPiecesMapping.ContractName))
            .Append(transforms.ApplyOnnxModel([Embedding, Shape], [PiecesRow.IdsColumn],
            file(_encoder.Wrap(PiecesRow.IdsColumn, Embedding, Shape))))
            .Append(transforms.CopyColumns(_output, Embedding))
            .Append(SequenceShape.CopyOfTwo(transforms, Columns.Shape(_output), Shape, new ColumnKind.Sequences(1, Identity)))
            .Append(transforms.CopyColumns(_output + ".Cut", PiecesRow.CutColumn))
            .Append(transforms.CopyColumns(Columns.Identity(_output), TextRow.IdentityColumn))
            .Append(transforms.DropColumns(TextRow.TextColumn, TextRow.SettingsColumn, TextRow.IdentityColumn, PiecesRow.IdsColumn,
            PiecesRow.CutColumn, Embedding, Shape));

    private static Action<TextRow, PiecesRow> Counted(TextCutCounter counter) => (row, output) =>
    {
        WordPiecesMapping.Tokenize(row, output);
        counter.Add(row.Text, output.Cut);
    };
}

/// <summary>The tokenizer of <c>EmbedText</c> in a saved model: ML.NET finds it by its contract name.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class WordPiecesMapping : CustomMappingFactory<TextRow, PiecesRow>
{
    public const string ContractName = "MlNetSer.EmbedText";

    private static readonly BoundedCache<string, WordPieces> s_pieces
        = new(16, json => new WordPieces(WordPieceSettings.FromJson(json)));

    public override Action<TextRow, PiecesRow> GetMapping() => Tokenize;

    public static void Tokenize(TextRow row, PiecesRow output)
        => (output.Ids, output.Cut) = s_pieces.Get(row.Settings[0]).Encode(row.Text);
}

internal sealed class TextRow
{
    public const string TextColumn = "MlNetSer.Text", SettingsColumn = "MlNetSer.TextSettings", IdentityColumn = "MlNetSer.TextIdentity";

    [ColumnName(TextColumn)]
    public string Text { get; set; } = "";

    [ColumnName(SettingsColumn), VectorType(1)]
    public string[] Settings { get; set; } = [];
}

internal sealed class PiecesRow
{
    public const string IdsColumn = "MlNetSer.TextIds", CutColumn = "MlNetSer.TextCut";

    [ColumnName(IdsColumn), VectorType]
    public long[] Ids { get; set; } = [];

    [ColumnName(CutColumn)]
    public long Cut { get; set; }
}
