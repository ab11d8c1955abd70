using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.FrontEnds;
using MlNetSer.Encoders.Model;
using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Extraction;

/// <summary>
/// One extraction: a producer reads windows of utterances and cuts them into batches, workers run these, the caller takes the results in
/// order.
/// </summary>
internal sealed class ExtractionPipeline(InferenceSession session, FrontEnd frontEnd, BatchPlan plan, WindowPlan? windowPlan,
    EmbeddingExtractorOptions options)
{
    private const int WindowsInMemory = 3;   // one delivered, one in the encoder, one being read

    public IEnumerable<SpeechEmbedding> Run(IEnumerable<SpeechSource> sources, int? count, IProgress<ExtractionProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var room = new SemaphoreSlim(WindowsInMemory);
        using var windows = new BlockingCollection<PendingUtterance[]>();
        using var batches = new BlockingCollection<PendingUtterance[]>();
        var producer = Task.Factory.StartNew(() => Produce(sources, room, windows, batches, stop.Token), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task[] workers = [.. Enumerable.Range(0, options.ThreadCount).Select(_
            => Task.Factory.StartNew(() => Work(batches, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        var clock = Stopwatch.StartNew();
        var (done, failed, seconds) = (0, 0, 0.0);
        try
        {
            foreach (var window in windows.GetConsumingEnumerable(cancellationToken))
            {
                for (var i = 0; i < window.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();   // waiting for what is done already does not look
                    window[i].Done.Task.Wait(cancellationToken);
                    var embedding = window[i].Done.Task.GetAwaiter().GetResult();
                    window[i] = null!;   // the caller alone keeps what was delivered
                    if (embedding.Error is not null)
                        failed++;
                    if (embedding.Error is { } error && !options.ContinueAfterError)
                        throw error;
                    (done, seconds) = (done + 1, seconds + embedding.DurationSeconds);
                    progress?.Report(new ExtractionProgress(done, failed, count, seconds, clock.Elapsed));
                    yield return embedding;
                }
                room.Release();
            }
            producer.GetAwaiter().GetResult();   // sources that fail to enumerate end the windows early
        }
        finally
        {
            stop.Cancel();
            // how they ended is known, or of no interest any more
            Task.WhenAny(Task.WhenAll([producer, .. workers])).Wait(CancellationToken.None);
        }
    }

    private void Produce(IEnumerable<SpeechSource> sources, SemaphoreSlim room, BlockingCollection<PendingUtterance[]> windows,
        BlockingCollection<PendingUtterance[]> batches, CancellationToken stop)
    {
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.ThreadCount, CancellationToken = stop };
            foreach (var window in sources.Select((source, i) => new PendingUtterance(i, source)).Chunk(options.WindowSize))
            {
                room.Wait(stop);
                Parallel.ForEach(window, parallel, Prepare);
                windows.Add([.. window], stop);
                foreach (var batch in plan.Batches(window.Where(utterance => !utterance.Done.Task.IsCompleted)))
                    batches.Add(batch, stop);
            }
        }
        finally
        {
            windows.CompleteAdding();
            batches.CompleteAdding();
        }
    }

    private void Prepare(PendingUtterance utterance)
    {
        try
        {
            (utterance.Features, utterance.DurationSeconds) = utterance.Source.Prepare(frontEnd);
            utterance.FrameCount = utterance.Features.Length / frontEnd.Width;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            utterance.Fail(error);   // told by name when its turn comes
        }
    }

    private void Work(BlockingCollection<PendingUtterance[]> batches, CancellationToken stop)
    {
        var runner = new BatchRunner(session, frontEnd, windowPlan, options.MostInMemory);
        foreach (var batch in batches.GetConsumingEnumerable(stop))
        {
            try
            {
                runner.Run(batch, stop);
            }
            catch (Exception) when (batch.Length > 1 && !stop.IsCancellationRequested)
            {
                // One of them is at fault: it is found, and the others are kept.
                foreach (var utterance in batch)
                    RunAlone(runner, utterance, stop);
            }
            catch (Exception error)
            {
                Fail(batch[0], error);
            }
        }
    }

    private static void RunAlone(BatchRunner runner, PendingUtterance utterance, CancellationToken stop)
    {
        try
        {
            runner.Run([utterance], stop);
        }
        catch (Exception error)
        {
            Fail(utterance, error);
        }
    }

    private static void Fail(PendingUtterance utterance, Exception error) => utterance.Fail(error is not OnnxRuntimeException ? error
        : new InvalidDataException(OnnxFailure.Tell(error, $"the encoder fails on its {utterance.FrameCount:N0} frames of input"), error));
}
