using MlNetSer.Encoders.Profiles;

namespace MlNetSer;

/// <summary>
/// What an ONNX encoder wants and gives: a small JSON record, and all that <c>EmbedSpeech</c> needs to set up the right front end.
/// </summary>
/// <remarks>Letters of shapes: B utterances, T frames, F features. <c>docs/encoders.md</c> lists the families. Immutable: lists and options
/// are copied. <see cref="ToString"/> gives the JSON.</remarks>
public sealed record EncoderProfile
{
    private const double MostSeconds = 3600;

    /// <summary>Short name, as <c>--profile</c> takes it.</summary>
    public required string Name { get; init; }

    /// <summary>What a user must know: what is approximated, what was not tried.</summary>
    public string? Note { get; init; }

    /// <summary>What the encoder is fed with.</summary>
    /// <value>The default is <see cref="EncoderInput.Features"/>.</value>
    public EncoderInput Takes { get; init; }

    /// <summary>Name of the input with features, or with samples <c>[B, samples]</c> or <c>[B, 1, samples]</c>.</summary>
    public required string Input { get; init; }

    /// <summary>Order of the feature input's dimensions; ignored for samples.</summary>
    /// <value>BTF (the default) or BFT.</value>
    public TensorLayout InputLayout { get; init; }

    /// <summary>Name of the input that says how long each utterance is; null = none.</summary>
    public string? LengthInput { get; init; }

    /// <summary>What <see cref="LengthInput"/> holds.</summary>
    /// <value>The default is <see cref="LengthType.Int64"/>.</value>
    public LengthType LengthType { get; init; }

    /// <summary>
    /// Inputs that are the same for every utterance, such as the empty caches of a streaming export; those that the graph lacks are left
    /// out.
    /// </summary>
    public IReadOnlyList<ConstantInput> ConstantInputs { get; init => field = ByValue.List(value); } = ByValue.List<ConstantInput>([]);

    /// <summary>What samples in [−1, 1] are multiplied by where <see cref="Takes"/> is samples; a filterbank has its own.</summary>
    /// <value>Greater than 0. The default is 1.</value>
    public double SampleScale { get; init; } = 1;

    /// <summary>The filterbank that the encoder was trained with; ignored for samples.</summary>
    /// <value>A copy: changing it changes no profile.</value>
    public LogMelFilterbankOptions Filterbank
    {
        get => field.Copy();
        init => field = value?.Copy()!;
    } = new();

    /// <summary>
    /// Who normalises the input. Per utterance: a filterbank as its <see cref="LogMelFilterbankOptions.Normalization"/> says, samples to
    /// mean 0 and variance 1.
    /// </summary>
    /// <value>The default is <see cref="EncoderNormalization.None"/>.</value>
    public EncoderNormalization Normalization { get; init; }

    /// <summary>
    /// The statistics of <see cref="EncoderNormalization.CmvnFile"/>: WeNet's JSON or Kaldi's text; a relative path starts at the encoder's
    /// folder.
    /// </summary>
    public string? CmvnFile { get; init; }

    /// <summary>
    /// What the encoder's front end needs and MlNetSer does not have; null = nothing. Then waveforms are refused, and features of the
    /// user's own taken.
    /// </summary>
    public string? MissingFrontEnd { get; init; }

    /// <summary>
    /// Name of the one output with all blocks, <c>[B, N, T, F]</c> (<c>[B, N, F, T]</c> in layout BFT); null = there are
    /// <see cref="BlockOutputs"/>.
    /// </summary>
    public string? StackedOutput { get; init; }

    /// <summary>
    /// Names of the outputs with one block each, or one pattern that takes the block's number: <c>block_{0:00}</c>, as the block tap names
    /// them.
    /// </summary>
    public IReadOnlyList<string> BlockOutputs { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>Order of a block's dimensions.</summary>
    /// <value>The default is BTF.</value>
    public TensorLayout OutputLayout { get; init; }

    /// <summary>Name of the output with the number of encoder frames of each utterance; null = see <see cref="Subsampling"/>.</summary>
    public string? LengthOutput { get; init; }

    /// <summary>
    /// How input frames or samples become encoder frames, step by step; used where there is no <see cref="LengthOutput"/>.
    /// </summary>
    public IReadOnlyList<TimeReduction> Subsampling { get; init => field = ByValue.List(value); } = ByValue.List<TimeReduction>([]);

    /// <summary>
    /// Whether an utterance gives the same in a padded batch as alone. If not, only utterances of equal length share a batch.
    /// </summary>
    /// <value>The default is false.</value>
    public bool MasksPadding { get; init; }

    /// <summary>The longest speech that runs through the encoder at once. What is longer is cut into windows of this length, which overlap,
    /// and their inner parts are joined.</summary>
    /// <value>
    /// Seconds, greater than 0, at most 3600. The default is 40, longer than nearly all training utterances of public encoders: attention
    /// takes memory with the square of the length.
    /// </value>
    public double LongestSeconds { get; init; } = 40;

    /// <summary>Speech at each end of a window that only helps to encode its inner part.</summary>
    /// <value>Seconds, at least 0 and below half of <see cref="LongestSeconds"/>. The default is 2 (measured: docs/encoders.md). At least
    /// two encoder frames are taken.</value>
    public double ContextSeconds { get; init; } = 2;

    /// <summary>Name of the output with CTC log-probabilities; null = none.</summary>
    public string? CtcOutput { get; init; }

    /// <summary>Id of the CTC blank.</summary>
    /// <value>From 0; −1 = the last id. The default is 0.</value>
    public int BlankId { get; init; }

    /// <summary>Name of the token file that belongs beside the encoder; null = none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>WeNet-style Conformer written by MlNetSer: raw Kaldi log-Mel, normalised inside the graph; padding is masked.</summary>
    public static EncoderProfile WeNet => EncoderFamilies.WeNet;

    /// <summary>
    /// NVIDIA NeMo Conformer-CTC as exported for Kaldi-style features: 80 bins, edges not snipped, normalised per utterance and bin. It
    /// masks no padding.
    /// </summary>
    public static EncoderProfile NemoCtcKaldi => EncoderFamilies.NemoCtcKaldi;

    /// <summary>Every built-in profile.</summary>
    public static IReadOnlyList<EncoderProfile> BuiltIn => EncoderFamilies.All;

    /// <summary>A built-in profile by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EncoderProfile ByName(string name) => BuiltIn.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException(
        $"There is no encoder profile '{name}'. Built in are: {string.Join(", ", BuiltIn.Select(profile => profile.Name))}.", nameof(name));

    /// <summary>Tells the family of an encoder from its input names, ranks and metadata.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <returns>A built-in profile, fitted to what this file says of bins, lengths and normalisation.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, or of no known family.</exception>
    public static EncoderProfile Detect(string path)
        => EncoderDetection.Detect(OnnxBorder.Of(EncoderFile.Parse(EncoderFile.Read(path), path), path));

    /// <summary>Reads a profile from a JSON file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not a profile: not JSON, an unknown or missing key, or settings that contradict each
    /// other.</exception>
    public static EncoderProfile Load(string path) => EncoderProfileJson.Load(path);

    /// <summary>Writes the profile as JSON.</summary>
    public void Save(string path) => File.WriteAllText(path, ToString() + "\n");

    /// <summary>The profile as indented JSON.</summary>
    public override string ToString() => EncoderProfileJson.Write(this);

    /// <summary>Input frames or samples of a second.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal double InputPerSecond => Takes == EncoderInput.Samples ? AudioFile.SampleRateHz : 1000 / Filterbank.FrameShiftMs;

    /// <summary>The number of encoder frames by <see cref="Subsampling"/>.</summary>
    internal long FrameCount(long inputFrames) => Subsampling.Aggregate(inputFrames, (frames, step) => step.Apply(frames));

    /// <summary>Reports every setting that contradicts another.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Takes == EncoderInput.Features && InputLayout == TensorLayout.TBF)
            yield return "InputLayout is TBF, but must be BTF or BFT";
        if (StackedOutput is null == (BlockOutputs.Count == 0))
            yield return "exactly one of StackedOutput and BlockOutputs must be given";
        if (StackedOutput is not null && OutputLayout == TensorLayout.TBF)
            yield return "OutputLayout is TBF, but a stacked output is BTF or BFT";
        if (Normalization == EncoderNormalization.CmvnFile != CmvnFile is not null)
            yield return $"Normalization is {Normalization}, but CmvnFile is {(CmvnFile is null ? "not given" : $"'{CmvnFile}'")}";
        if (Normalization == EncoderNormalization.CmvnFile && Takes == EncoderInput.Samples)
            yield return "Normalization is CmvnFile, but that belongs to a filterbank and the encoder takes samples";
        if (Takes == EncoderInput.Features && Normalization == EncoderNormalization.PerUtterance != (
            Filterbank.Normalization != UtteranceNormalization.None))
            yield return $"Normalization is {Normalization}, but Filterbank.Normalization is {Filterbank.Normalization}";
        if (!(SampleScale > 0) || !double.IsFinite(SampleScale))
            yield return $"SampleScale is {SampleScale}, but must be greater than 0";
        if (!(LongestSeconds > 0 && LongestSeconds <= MostSeconds))
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"LongestSeconds is {LongestSeconds}, but must be greater than 0 and at most "
                + $"{MostSeconds}");
        if (!(ContextSeconds >= 0 && ContextSeconds < LongestSeconds / 2))
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"ContextSeconds is {ContextSeconds}, but must be at least 0 and below half of "
                + $"LongestSeconds, {LongestSeconds / 2}");
        foreach (var constant in ConstantInputs.Where(constant => constant.Type is not ("Int64" or "Int32" or "Float" or "Bool")
            || constant.Shape.Any(size => size < 0)))
            yield return $"constant input '{constant.Name}' is {constant.Type} [{string.Join(", ", constant.Shape)}], but must be Int64, "
                + "Int32, Float or Bool with sizes from 0";
        if (Subsampling.Any(step => step.Kernel < 1 || step.Stride < 1 || step.Padding < 0))
            yield return "a step of Subsampling has a Kernel or Stride below 1, or a Padding below 0";
        if (MasksPadding && LengthInput is null)
            yield return "MasksPadding is true, but without a LengthInput the encoder cannot know what is padding";
        if (MasksPadding && LengthOutput is null && Subsampling.Count == 0)
            yield return "MasksPadding is true, but neither LengthOutput nor Subsampling says how many frames each utterance keeps";
    }
}
