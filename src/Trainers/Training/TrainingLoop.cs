using System.Diagnostics;
using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>
/// Adam, batches in seeded random order, learning rate halved on a plateau, best epoch by validation kept (paper §4.2.1).
/// </summary>
internal sealed class TrainingLoop(SpeechTrainerOptions options, Device device)
{
    /// <summary>Trains in place; the network ends with the weights of the selected epoch, in evaluation mode.</summary>
    public TrainingReport Run(SpeechNetwork network, Utterances train, Utterances? validation, IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var parameters = network.parameters().ToArray();
        using var optimizer = new AdamOptimizer(parameters);
        using var classWeights = options.BalanceClasses ? ClassWeights(train) : null;
        using var memory = new StepMemory();
        using var trainBatches = new BatchReader(train, device);
        using var validationBatches = validation is null ? null : new BatchReader(validation, device);
        var schedule = new PlateauSchedule(options.LearningRate, options.HalvingPatience);
        var order = new Random(options.Seed);
        var epochs = new List<EpochReport>();
        var (selected, lowest) = (0, double.PositiveInfinity);
        float[][]? best = null;
        var clock = Stopwatch.StartNew();

        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var start = clock.Elapsed;
            network.train();
            var trainLoss = Pass(network, memory, trainBatches, Shuffled(train, order), classWeights, cancellationToken, optimizer,
                schedule.LearningRate);
            network.eval();
            double? validationLoss = validation is null ? null
                : Pass(network, memory, validationBatches!,
                BatchPlan.InOrder([.. Enumerable.Range(0, validation.Count)], options.BatchSize), null, cancellationToken);

            if (validationLoss is not { } loss)
            {
                selected = epoch;
            }
            else if (loss < lowest)
            {
                (selected, lowest) = (epoch, loss);
                best = [.. parameters.Select(p => p.ToFloats())];
            }

            var report = new EpochReport
            {
                Number = epoch,
                TrainLoss = trainLoss,
                ValidationLoss = validationLoss,
                LearningRate = schedule.LearningRate,
                Seconds = (clock.Elapsed - start).TotalSeconds,
            };
            if (!double.IsFinite(trainLoss))
                throw new InvalidOperationException(
                    $"Training diverged: the loss of epoch {epoch} is {trainLoss}. "
                    + $"Lower {nameof(options.LearningRate)} (now {schedule.LearningRate}).");
            epochs.Add(report);
            schedule.Observe(validationLoss ?? trainLoss);
            progress?.Report(new TrainingProgress
            {
                Epoch = report,
                EpochCount = options.Epochs,
                TimeLeft = clock.Elapsed / epoch * (options.Epochs - epoch),
            });
        }

        if (best is not null)
            Restore(parameters, best);
        return new TrainingReport
        {
            Epochs = epochs,
            SelectedEpoch = selected,
            ParameterCount = parameters.Sum(p => p.numel()),
            TrainCount = train.Count,
            ValidationCount = validation?.Count ?? 0,
        };
    }

    /// <summary>One pass over the rows; with an optimizer it learns. The mean loss per utterance.</summary>
    private double Pass(SpeechNetwork network, StepMemory memory, BatchReader reader, IReadOnlyList<int[]> batches, Tensor? classWeights,
        CancellationToken cancellationToken, AdamOptimizer? optimizer = null, double learningRate = 0)
    {
        var (total, count) = (0.0, 0);
        foreach (var batch in reader.Read(batches))
        {
            using var taken = batch;
            cancellationToken.ThrowIfCancellationRequested();
            memory.Begin();
            using var scope = NewDisposeScope();
            using var mode = set_grad_enabled(optimizer is not null);
            var loss = nn.functional.cross_entropy(network.call(batch.Streams), batch.Labels, classWeights);
            if (optimizer is not null)
            {
                optimizer.ZeroGradients();
                loss.backward();
                optimizer.Step(learningRate);
            }
            total += loss.item<float>() * batch.Count;
            count += batch.Count;
            StepMemory.End();
        }
        return total / count;
    }

    /// <summary>Batches of an epoch: in random order; where sequences are padded (not by our kernels), of like length.</summary>
    private IReadOnlyList<int[]> Shuffled(Utterances rows, Random random)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        random.Shuffle(order);
        return device.type == DeviceType.CPU
            ? BatchPlan.InOrder(order, options.BatchSize)
            : BatchPlan.Bucketed(order, options.BatchSize, rows.Streams[0].FrameCount, random);
    }

    /// <summary>Rows / (classes · rows of the class), 0 for an absent class: scikit-learn's <c>balanced</c>.</summary>
    private Tensor ClassWeights(Utterances train)
    {
        var counts = new int[train.Classes.Count];
        foreach (var label in train.Labels)
            counts[label]++;
        return tensor(counts.Select(c => c == 0 ? 0f : (float)train.Count / (counts.Length * c)).ToArray(), device: device);
    }

    private static void Restore(IReadOnlyList<TorchSharp.Modules.Parameter> parameters, float[][] values)
    {
        using var mode = no_grad();
        foreach (var (parameter, value) in parameters.Zip(values))
        {
            using var saved = tensor(value, parameter.shape, device: parameter.device);
            parameter.copy_(saved);
        }
    }
}
