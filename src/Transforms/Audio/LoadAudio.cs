using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetSer.Embeddings;

namespace MlNetSer;

/// <summary>Reads audio files: text column with paths -> <c>Vector&lt;Single&gt;</c> of 16 kHz mono samples in [−1, 1].</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text: path of an audio file |
/// | Output column data type | Variable-length vector of Single: samples, 16 kHz, mono, [−1, 1]; <c>(output).Identity</c>, what read it |
/// | Required beside Microsoft.ML | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu; ffmpeg on the path, for formats other than WAV |
/// </remarks>
public sealed class LoadAudioEstimator : ComposedEstimator
{
    internal const string IdentityMark = "LoadAudio: ";
    private const string Identity = "MlNetSer.AudioIdentity";

    private readonly string _output;

    internal LoadAudioEstimator(TransformsCatalog transforms, string outputColumnName, string inputColumnName)
        : base(transforms, new InputColumn(inputColumnName, TextDataViewType.Instance, IsVector: false))
        => _output = outputColumnName;

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
        => transforms.CopyColumns(AudioPathRow.Column, Input.Name)
            .Append(transforms.CustomMapping<AudioPathRow, WaveformRow>(LoadAudioMapping.Load, LoadAudioMapping.ContractName,
                outputSchemaDefinition: ColumnKinds.Definition<WaveformRow>(WaveformRow.Column,
                    new ColumnKind.Waveform(AudioFile.SampleRateHz))))
            .Append(transforms.ApplyOnnxModel([Identity], [WaveformRow.Column],
                file(PipelineIdentity.Graph(WaveformRow.Column, Identity, IdentityMark + AudioFile.Version))))
            .Append(transforms.CopyColumns(_output, WaveformRow.Column))
            .Append(transforms.CopyColumns(Columns.Identity(_output), Identity))
            .Append(transforms.DropColumns(AudioPathRow.Column, WaveformRow.Column, Identity));
}

/// <summary>The code of <c>LoadAudio</c> in a saved model: ML.NET finds it by its contract name.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class LoadAudioMapping : CustomMappingFactory<AudioPathRow, WaveformRow>
{
    public const string ContractName = "MlNetSer.LoadAudio";

    public override Action<AudioPathRow, WaveformRow> GetMapping() => Load;

    public static void Load(AudioPathRow path, WaveformRow waveform) => waveform.Samples = AudioFile.ReadMono(path.Path);
}

internal sealed class AudioPathRow
{
    public const string Column = "MlNetSer.AudioPath";

    [ColumnName(Column)]
    public string Path { get; set; } = "";
}

internal sealed class WaveformRow
{
    public const string Column = "MlNetSer.Waveform";

    [ColumnName(Column), VectorType]
    public float[] Samples { get; set; } = [];
}
