using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.Extraction;
using MlNetSer.Encoders.FrontEnds;
using MlNetSer.Encoders.Model;
using MlNetSer.Onnx;

namespace MlNetSer;

/// <summary>Embeds many utterances: what EmbedSpeech does to one row after another, on all cores and in batches.</summary>
/// <remarks>
/// Files are decoded and features computed while the encoder works on earlier utterances. The numbers are those of EmbedSpeech to 1e-4, and
/// the same bits in every run with the same utterances and options, whatever the number of threads. Thread-safe. Needs
/// Microsoft.ML.OnnxRuntime or Microsoft.ML.OnnxRuntime.Gpu beside it.
/// </remarks>
public sealed class EmbeddingExtractor : IDisposable
{
    private readonly EmbeddingExtractorOptions _options;
    private readonly FrontEnd _frontEnd;
    private readonly BatchPlan _plan;
    private readonly WindowPlan? _windows;
    private readonly InferenceSession _session;

    /// <summary>Loads the encoder.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A GPU was asked for, and there is none.</exception>
    /// <exception cref="NotSupportedException">The encoder needs a front end that MlNetSer does not have.</exception>
    public EmbeddingExtractor(SpeechEncoder encoder, EmbeddingExtractorOptions? options = null)
        : this(encoder, options, fromWaveform: true)
    {
    }

    /// <param name="encoder">The encoder.</param>
    /// <param name="options">Null = the defaults.</param>
    /// <param name="fromWaveform">False = sources give what the encoder takes already.</param>
    internal EmbeddingExtractor(SpeechEncoder encoder, EmbeddingExtractorOptions? options, bool fromWaveform)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _options = options?.Copy() ?? new EmbeddingExtractorOptions();
        _options.Check();
        if (fromWaveform)
            FrontEnd.Check(encoder.Profile);
        var model = encoder.WrapBatched(_options.Blocks);
        _frontEnd = new FrontEnd(encoder, fromWaveform);
        _windows = encoder.Windows;
        _plan = new BatchPlan(Math.Min(_options.BatchSize, encoder.LargestBatch), encoder.Profile.MasksPadding,
            _windows?.Longest ?? int.MaxValue);
        // One utterance or batch per thread needs no fork and join inside operations, and its bits do not depend on the number of threads.
        using var session = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL
        };
        if (_options.GpuDeviceId is { } gpu)
            UseGpu(session, gpu);
        _session = OnnxFailure.Told("The encoder cannot be loaded", () => new InferenceSession(model, session));
    }

    /// <summary>Embeds audio files.</summary>
    /// <param name="audioPaths">Their paths.</param>
    /// <param name="progress">Told of every utterance.</param>
    /// <param name="cancellationToken">Ends the extraction; what was delivered stays good.</param>
    /// <returns>The embeddings in the order of the paths, each as soon as it and all before it are there. Work starts and ends with the
    /// enumeration.</returns>
    /// <exception cref="InvalidDataException">A file cannot be read or embedded; the message names it. Those before it were
    /// delivered.</exception>
    /// <exception cref="AudioTooShortException">A file is too short for the encoder. Those before it were delivered.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IEnumerable<SpeechEmbedding> Extract(IReadOnlyCollection<string> audioPaths, IProgress<ExtractionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audioPaths);
        return Extract(audioPaths.Select(path => new SpeechSource(path, frontEnd => frontEnd.Compute(AudioFile.ReadMono(path)))),
            audioPaths.Count, progress, cancellationToken);
    }

    /// <summary>Embeds waveforms, 16 kHz mono in [−1, 1].</summary>
    /// <param name="waveforms">The samples; read ahead of the encoder by up to three windows.</param>
    /// <param name="progress">Told of every utterance.</param>
    /// <param name="cancellationToken">Ends the extraction; what was delivered stays good.</param>
    /// <inheritdoc cref="Extract(IReadOnlyCollection{string}, IProgress{ExtractionProgress}, CancellationToken)"
    /// path="/returns|/exception"/>
    public IEnumerable<SpeechEmbedding> Extract(IEnumerable<float[]> waveforms, IProgress<ExtractionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(waveforms);
        return Extract(waveforms.Select((samples, i) => new SpeechSource($"waveform {i}", frontEnd => frontEnd.Compute(samples))),
            waveforms.TryGetNonEnumeratedCount(out var count) ? count : null, progress, cancellationToken);
    }

    /// <summary>Embeds what can be read by name.</summary>
    internal IEnumerable<SpeechEmbedding> Extract(IEnumerable<SpeechSource> sources, int? count, IProgress<ExtractionProgress>? progress,
        CancellationToken cancellationToken)
        => new ExtractionPipeline(_session, _frontEnd, _plan, _windows, _options).Run(sources, count, progress, cancellationToken);

    /// <summary>Frees the encoder.</summary>
    public void Dispose() => _session.Dispose();

    private static void UseGpu(SessionOptions session, int gpu)
    {
        if (Cuda.Failure(gpu) is { } failure)
            throw Cuda.Missing($"{nameof(EmbeddingExtractorOptions.GpuDeviceId)} is {gpu}", failure);
        session.AppendExecutionProvider_CUDA(gpu);
    }
}
