using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Every corpus under every encoder, each from one store on disk; filled when a job first asks.</summary>
/// <remarks>
/// The filterbank is stored beside the embedding: a job reads its rows once for each of training, validation, test and the other corpus,
/// and would decode and transform all
/// audio each time; stored it is about a tenth of the embedding, and both are read by one path, from where they lie.
/// </remarks>
internal sealed class EmbeddedCorpora(MLContext ml, IReadOnlyList<CorpusSource> corpora, IReadOnlyList<EncoderSource> encoders,
    IReadOnlyList<EncoderFacts> facts, TextSource? text, DirectoryInfo output, string folder,
    RunProgress progress) : IDisposable
{
    private readonly Dictionary<(int, int), IDataView> _open = [];
    private readonly List<IDisposable> _owned = [];

    public CorpusSource Corpus(int corpus) => corpora[corpus];

    public IDataView Open(int corpus, int encoder, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue((corpus, encoder), out var data))
            _open.Add((corpus, encoder), data = Fill(corpora[corpus], encoders[encoder], facts[encoder], cancellationToken));
        return data;
    }

    public void Dispose()
    {
        foreach (var owned in _owned.AsEnumerable().Reverse())   // a view before what it reads
            owned.Dispose();
    }

    private IDataView Fill(CorpusSource corpus, EncoderSource encoder, EncoderFacts shown, CancellationToken cancellationToken)
    {
        var profile = encoder.Speech.Profile;
        var filterbank = ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(ml.Transforms.ExtractFilterbank(SystemRow.Filterbank, "Waveform", profile.Filterbank));
        var features = filterbank.Append(profile.Takes == EncoderInput.Features
            ? ml.Transforms.EmbedSpeech(SystemRow.Embedding, SystemRow.Filterbank, encoder.Speech)
            : ml.Transforms.EmbedSpeech(SystemRow.Embedding, encoder.Speech));
        var pipeline = features.Fit(corpus.Rows);
        _owned.Add((IDisposable)pipeline);
        var rows = ((ITransformer)pipeline).Transform(corpus.Rows);
        var store = Path.Combine(folder, $"{corpus.Facts.Name}.{encoder.Name}");
        progress.Say($"store: {store}");
        var blocks = new EmbeddingStoreOptions { ColumnName = SystemRow.Embedding, Blocks = [.. shown.Blocks] };
        var embedded = Owned(rows.Cached(Path.Combine(store, "embedding"), null, blocks, progress, cancellationToken));
        var bins = new EmbeddingStoreOptions { ColumnName = SystemRow.Filterbank };
        embedded = Owned(embedded.Cached(Path.Combine(store, "filterbank"), null, bins, progress, cancellationToken));
        if (text is null)
            return embedded;
        var recognized = encoder.Tokens is null ? null : Transcripts.Fill(ml, output, corpus, encoder, shown, progress, cancellationToken);
        return text.AddTo(ml, embedded, recognized, Path.Combine(store, $"text.{text.Name}"), progress, _owned, cancellationToken);
    }

    private CachedDataView Owned(CachedDataView view)
    {
        _owned.Add(view);
        return view;
    }
}
