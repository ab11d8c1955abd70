using MlNetSer.Encoders.Profiles;
using MlNetSer.Encoders.WeNet;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders.Model;

/// <summary>Puts an encoder of any profile between one kind of input and one kind of output, inside its own graph.</summary>
/// <remarks>B utterances · T input frames or samples · F bins · N blocks · m encoder frames · d dimension.</remarks>
internal sealed class EncoderWrapping : TensorOperators
{
    /// <summary>Names of the batched form's inputs and outputs, which no encoder has taken.</summary>
    public const string Input = "mlnetser.input", Lengths = "mlnetser.lengths", Embeddings = "mlnetser.embeddings",
        Frames = "mlnetser.frames", Ready = "mlnetser.ready";

    /// <summary>Hugging Face's Wav2Vec2FeatureExtractor.</summary>
    public const float VarianceFloor = 1e-7f;

    private const int OldestOpset = 11;

    private readonly EncoderProfile _profile;
    private readonly OnnxBorder _border;
    private readonly IReadOnlyList<string> _blockNames;
    private readonly GlobalCmvn? _cmvn;
    private readonly ModelProto _model;
    private readonly List<NodeProto> _encoder;

    public EncoderWrapping(ModelProto model, OnnxBorder border, EncoderProfile profile, IReadOnlyList<string> blockNames, GlobalCmvn? cmvn)
        : base(new OnnxGraph(model), Opset(model))   // made first: it must know the names that are taken
    {
        (_model, _border, _profile, _blockNames, _cmvn) = (model, border, profile, blockNames, cmvn);
        if (_opset < OldestOpset)
            throw new InvalidDataException(
                $"Encoder '{border.Source}' has opset {_opset}; at least {OldestOpset} is wanted. Export it again with a newer opset.");
        var graph = model.Graph;
        _encoder = [.. graph.Node];
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var overridable = graph.Input.Where(input => weights.Contains(input.Name)).ToList();
        graph.Node.Clear();
        graph.Input.Clear();
        graph.Output.Clear();
        graph.Input.AddRange(overridable);
    }

    private static int Opset(ModelProto model)
        => (int)model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx").Select(set => set.Version).DefaultIfEmpty(1).Max();

    /// <summary>One utterance of any length in: the form of EmbedSpeech and TranscribeSpeech.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="embedding">Names of <c>[1, N, m, d]</c>, of its last three sizes, and of a column that says the text; null =
    /// none.</param>
    /// <param name="logProbs">The encoder's log-probabilities and what they shall be called, <c>[1, m, V]</c>, with V where it is known;
    /// null = none.</param>
    /// <param name="blocks">Blocks to keep, counted from 1; null = all.</param>
    /// <param name="plan">How what is too long is cut; null = it is not.</param>
    public byte[] Single(string input, SingleEmbedding? embedding, (string Source, string Name, int? TokenCount)? logProbs,
        IReadOnlyList<int>? blocks, WindowPlan? plan)
    {
        if (plan is null)
            Declare(input, 1);
        else
            _builder.Reserve(input);
        var loop = plan is null ? null : new WindowLoop(_builder, _model, plan, _opset);
        var x = loop is null ? Prepared(input, LengthOf(input)) : loop.Window();
        Feed(x, LengthOf(x));
        List<string> values = [];
        if (embedding is not null)
            values.Add(Stack(blocks));
        if (logProbs is var (source, _, _))
            values.Add(Cast(source, OnnxType.Float, _border.Output(source)!.Type));
        if (loop is not null)
        {
            for (var i = 0; i < values.Count; i++)
                loop.Keep(values[i], embedding is not null && i == 0 ? 2 : 1);
            values = [.. loop.Close(() =>
            {
                Declare(input, 1);
                return Prepared(input, LengthOf(input));
            })];
        }
        if (embedding is not null)
        {
            var sizes = _builder.Op("Slice", _builder.Op("Shape", values[0]), Axis(1), Axis(4));
            _builder.Output(values[0], embedding.Values, OnnxType.Float, 1, "blocks", "encoder_frames", "dimension");
            _builder.Output(sizes, embedding.Shape, OnnxType.Int64, 3);
            _builder.Remark(embedding.Identity, embedding.Text);
        }
        if (logProbs is var (_, name, tokens))
            _builder.Output(values[^1], name, OnnxType.Float, 1, "ctc_frames", tokens is { } count ? count : "tokens");
        return _builder.ToBytes();
    }

    /// <summary>
    /// Many utterances: features <c>[B, T, F]</c> or samples <c>[B, T]</c>, and lengths <c>[B]</c> in; embeddings <c>[B, N, m, d]</c> and
    /// frames <c>[B]</c> out.
    /// </summary>
    /// <remarks>Samples that are normalised per utterance are taken as they are where <see cref="Ready"/> is given as true: those of a
    /// window, which is not the utterance.</remarks>
    public byte[] Batched(IReadOnlyList<int>? blocks)
    {
        Declare(Input, "batch");
        _builder.Input(Lengths, OnnxType.Int64, "batch");
        var x = Prepared(Input, Lengths);
        if (x != Input)
        {
            // An input with a value of its own need not be given.
            _builder.Flag(Ready);
            x = _builder.Op("Where", Ready, Input, x);
        }
        Feed(x, Lengths);
        var stacked = Stack(blocks);
        var frames = EncoderFrames(stacked, Lengths);
        _builder.Output(stacked, Embeddings, OnnxType.Float, "batch", "blocks", "encoder_frames", "dimension");
        _builder.Output(frames, Frames, OnnxType.Int64, "batch");
        return _builder.ToBytes();
    }

    /// <summary>What depends on all of an utterance: scale and normalisation of samples.</summary>
    private string Prepared(string x, string lengths)
    {
        if (_profile.Takes != EncoderInput.Samples)
            return x;
        if (_profile.SampleScale != 1)
            x = _builder.Op("Mul", x, _builder.Constant("mlnetser.scale", [(float)_profile.SampleScale]));
        return _profile.Normalization == EncoderNormalization.PerUtterance ? Standardized(x, lengths) : x;
    }

    /// <summary>Length of axis 1, <c>[1]</c>.</summary>
    private string LengthOf(string x) => _builder.Op("Gather", _builder.Op("Shape", x), Axis(1));

    private void Declare(string input, object batch)
    {
        if (_profile.Takes == EncoderInput.Samples)
            _builder.Input(input, OnnxType.Float, batch, "samples");
        else
            _builder.Input(input, OnnxType.Float, batch, "frames", _profile.Filterbank.MelBinCount);
    }

    /// <summary>From what is prepared to the encoder's own inputs, then the encoder itself.</summary>
    private void Feed(string x, string lengths)
    {
        var border = _border.Input(_profile.Input)!;
        if (_profile.Takes == EncoderInput.Samples)
        {
            if (border.Rank == 3)
                x = Unsqueeze(x, 1);
        }
        else
        {
            if (_cmvn is { } cmvn)
            {
                x = _builder.Op("Sub", x, _builder.Constant("mlnetser.mean", cmvn.Mean, cmvn.Mean.Length));
                x = _builder.Op("Mul", x, _builder.Constant("mlnetser.istd", cmvn.InverseDeviation, cmvn.Mean.Length));
            }
            if (_profile.InputLayout == TensorLayout.BFT)
                x = Transposed(x, 0, 2, 1);
        }
        Bind(Cast(x, border.Type, OnnxType.Float), _profile.Input);
        if (_profile.LengthInput is { } length)
        {
            Bind(_profile.LengthType switch
            {
                LengthType.Mask => _builder.Op("Cast", [Real(
                    _builder.Op("Gather", _builder.Op("Shape", _profile.Input), Scalar(border.Rank == 3 ? 2 : 1)),
                    lengths)], ("to", (long)OnnxType.Int64)),
                LengthType.Int32 => _builder.Op("Cast", [lengths], ("to", (long)OnnxType.Int32)),
                _ => lengths,
            }, length);
        }
        foreach (var constant in _profile.ConstantInputs.Where(constant => _border.Input(constant.Name) is not null))
        {
            var shape = _builder.Constant("mlnetser.shape", [.. constant.Shape], constant.Shape.Count);
            var filled = _builder.Op("Expand", _builder.Constant("mlnetser.value", [(float)constant.Value]), shape);
            Bind(Cast(filled, Enum.Parse<OnnxType>(constant.Type), OnnxType.Float), constant.Name);
        }
        _model.Graph.Node.AddRange(_encoder);
    }

    /// <summary>(x − mean) / √(variance + 1e-7) over the real samples of each utterance; padding becomes 0.</summary>
    private string Standardized(string x, string lengths)
    {
        // [B, T]
        var real = _builder.Op("Cast", [Real(_builder.Op("Gather", _builder.Op("Shape", x), Scalar(1)), lengths)],
            ("to", (long)OnnxType.Float));
        var counts = Unsqueeze(_builder.Op("Cast", [lengths], ("to", (long)OnnxType.Float)), 1);   // [B, 1]
        string Mean(string values) => _builder.Op("Div", SumOverTime(_builder.Op("Mul", values, real)), counts);
        var centred = _builder.Op("Mul", _builder.Op("Sub", x, Mean(x)), real);
        var variance = _builder.Op("Add", Mean(_builder.Op("Mul", centred, centred)), _builder.Constant("mlnetser.floor", [VarianceFloor]));
        return _builder.Op("Div", centred, _builder.Op("Sqrt", variance));
    }

    /// <summary>True where a position lies before its utterance's end: <c>[B, T]</c>.</summary>
    private string Real(string count, string lengths)
        => _builder.Op("Less", _builder.Op("Range", Scalar(0), count, Scalar(1)), Unsqueeze(lengths, 1));

    /// <summary>The blocks as <c>[B, N, m, d]</c>.</summary>
    private string Stack(IReadOnlyList<int>? blocks)
    {
        if (_profile.StackedOutput is { } stacked)
        {
            var all = Cast(stacked, OnnxType.Float, _border.Output(stacked)!.Type);
            if (_profile.OutputLayout == TensorLayout.BFT)
                all = Transposed(all, 0, 1, 3, 2);
            return blocks is null ? all : _builder.Op("Gather",
                [all, _builder.Constant("mlnetser.blocks", [.. blocks.Select(block => block - 1L)], blocks.Count)], ("axis", 1L));
        }
        return _builder.Op("Concat", [.. (blocks ?? [.. Enumerable.Range(1, _blockNames.Count)])
            .Select(block => Block(_blockNames[block - 1]))], ("axis", 1L));
    }

    private string Block(string name)
    {
        var block = Cast(name, OnnxType.Float, _border.Output(name)!.Type);
        block = _profile.OutputLayout switch
        {
            TensorLayout.BFT => Transposed(block, 0, 2, 1),
            TensorLayout.TBF => Transposed(block, 1, 0, 2),
            _ => block,
        };
        return Unsqueeze(block, 1);
    }

    /// <summary>Encoder frames of each utterance, <c>[B]</c>: as the encoder says, by formula, or all that there are.</summary>
    private string EncoderFrames(string stacked, string lengths)
    {
        if (_profile.LengthOutput is { } output)
            return Cast(output, OnnxType.Int64, _border.Output(output)!.Type);
        if (_profile.MasksPadding)
        {
            return _profile.Subsampling.Aggregate(lengths, (frames, step) => _builder.Op("Div",
                _builder.Op("Add", frames, Scalar(2L * step.Padding - step.Kernel + step.Stride)), Scalar(step.Stride)));
        }
        // Without a mask, batch mates are equally long, and the encoder itself knows best.
        return _builder.Op("Expand", _builder.Op("Gather", _builder.Op("Shape", stacked), Axis(2)), _builder.Op("Shape", lengths));
    }

    private void Bind(string value, string input)
        => _model.Graph.Node.Add(new NodeProto
        {
            OpType = "Identity",
            Name = "mlnetser.bind." + input,
            Input = { value },
            Output = { input }
        });
}
