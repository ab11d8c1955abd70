using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Composition;
using MlNetSer.Marks;
using MlNetSer.Onnx;

namespace MlNetSer;

/// <summary>Reads audio files: text column with paths -> <c>Vector&lt;Single&gt;</c> of 16 kHz mono samples in [−1, 1].</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text: path of an audio file |
/// | Output column data type | Variable-length vector of Single: samples, 16 kHz, mono, [−1, 1] |
/// | <c>(output).Notes</c> | Text: what the reader noticed, such as silence (<see cref="AudioNotes"/>); empty where there is nothing |
/// | <c>(output).Identity</c> | What read it |
/// | Required beside Microsoft.ML | Microsoft.ML.OnnxRuntime or Microsoft.ML.OnnxRuntime.Gpu; for some formats ffmpeg (docs/audio.md) |
///
/// The channel travels inside a saved model as the constant output of a small ONNX graph. A file is decoded once for waveform and notes
/// together.
/// </remarks>
public sealed class LoadAudioEstimator : ComposedEstimator
{
    private readonly string _output;
    private readonly AudioReadOptions _options;

    internal LoadAudioEstimator(TransformsCatalog transforms, string outputColumnName, string inputColumnName, AudioChannel channel)
        : base(transforms, new InputColumn(inputColumnName, TextDataViewType.Instance, IsVector: false))
        => (_output, _options) = (outputColumnName, new AudioReadOptions { Channel = channel });

    private string Identity
        => IdentityMarks.LoadAudio + AudioFile.Version + (_options.Channel == AudioChannel.Mean ? "" : $", channel {_options.Channel}");

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
        => transforms.CopyColumns(AudioPathRow.PathColumn, Input.Name)
            .Append(transforms.ApplyOnnxModel([AudioPathRow.OptionsColumn, AudioPathRow.IdentityColumn], [AudioPathRow.PathColumn],
                file(ConstantText.Graph(AudioPathRow.OptionsColumn, JsonSerializer.Serialize(_options), AudioPathRow.PathColumn,
                    OnnxType.String, (AudioPathRow.IdentityColumn, Identity)))))
            .Append(transforms.CustomMapping<AudioPathRow, WaveformRow>(LoadAudioMapping.Load, LoadAudioMapping.ContractName,
                outputSchemaDefinition: ColumnKinds.Definition<WaveformRow>(WaveformRow.SamplesColumn,
                    new ColumnKind.Waveform(AudioFile.SampleRateHz))))
            .Append(transforms.CopyColumns(_output, WaveformRow.SamplesColumn))
            .Append(transforms.CopyColumns(Columns.Notes(_output), WaveformRow.NotesColumn))
            .Append(transforms.CopyColumns(Columns.Identity(_output), AudioPathRow.IdentityColumn))
            .Append(transforms.DropColumns(AudioPathRow.PathColumn, AudioPathRow.OptionsColumn, AudioPathRow.IdentityColumn,
                WaveformRow.SamplesColumn, WaveformRow.NotesColumn));

    private protected override Func<IDataView, IDataView, IDataView> View()
        => (input, rows) => Lineage.Mark(input, rows, Input.Name, _output);
}

/// <summary>The code of <c>LoadAudio</c> in a saved model: ML.NET finds it by its contract name.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class LoadAudioMapping : CustomMappingFactory<AudioPathRow, WaveformRow>
{
    public const string ContractName = "MlNetSer.LoadAudio/2";

    private static readonly BoundedCache<string, AudioReadOptions> s_options
        = new(64, json => JsonSerializer.Deserialize<AudioReadOptions>(json)!);

    public override Action<AudioPathRow, WaveformRow> GetMapping() => Load;

    public static void Load(AudioPathRow row, WaveformRow waveform)
    {
        var recording = AudioFile.Read(row.Path, s_options.Get(row.Options[0]));
        (waveform.Samples, waveform.Notes) = (recording.Samples, recording.Notes.ToText());
    }
}

internal sealed class AudioPathRow
{
    public const string PathColumn = "MlNetSer.AudioPath";
    public const string OptionsColumn = "MlNetSer.AudioOptions";
    public const string IdentityColumn = "MlNetSer.AudioIdentity";

    [ColumnName(PathColumn)]
    public string Path { get; set; } = "";

    [ColumnName(OptionsColumn), VectorType(1)]
    public string[] Options { get; set; } = [];
}

internal sealed class WaveformRow
{
    public const string SamplesColumn = "MlNetSer.Waveform", NotesColumn = "MlNetSer.WaveformNotes";

    [ColumnName(SamplesColumn), VectorType]
    public float[] Samples { get; set; } = [];

    [ColumnName(NotesColumn)]
    public string Notes { get; set; } = "";
}
