using System.Globalization;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders;

/// <summary>Puts an encoder of any profile between one kind of input and one kind of output, inside its own graph.</summary>
/// <remarks>B utterances · T input frames or samples · F bins · N blocks · m encoder frames · d dimension.</remarks>
internal sealed class EncoderWrapping
{
    /// <summary>Names of the batched form's inputs and outputs, which no encoder has taken.</summary>
    public const string Input = "mlnetser.input", Lengths = "mlnetser.lengths", Embeddings = "mlnetser.embeddings", Frames = "mlnetser.frames";

    private const int OldestOpset = 11, AxesAreInputs = 13;   // of Unsqueeze and ReduceSum
    private const float VarianceFloor = 1e-7f;                // Hugging Face's Wav2Vec2FeatureExtractor

    private readonly EncoderProfile _profile;
    private readonly OnnxBorder _border;
    private readonly IReadOnlyList<string> _blockNames;
    private readonly GlobalCmvn? _cmvn;
    private readonly ModelProto _model;
    private readonly OnnxGraph _builder;
    private readonly List<NodeProto> _encoder;
    private readonly int _opset;

    public EncoderWrapping(ModelProto model, OnnxBorder border, EncoderProfile profile, IReadOnlyList<string> blockNames, GlobalCmvn? cmvn)
    {
        (_model, _border, _profile, _blockNames, _cmvn) = (model, border, profile, blockNames, cmvn);
        _opset = (int)model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx").Select(set => set.Version).DefaultIfEmpty(1).Max();
        if (_opset < OldestOpset)
            throw new InvalidDataException($"Encoder '{border.Source}' has opset {_opset}; at least {OldestOpset} is wanted. Export it again with a newer opset.");
        _builder = new OnnxGraph(model);   // made first: it must know the names that are taken
        var graph = model.Graph;
        _encoder = [.. graph.Node];
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var overridable = graph.Input.Where(input => weights.Contains(input.Name)).ToList();
        graph.Node.Clear();
        graph.Input.Clear();
        graph.Output.Clear();
        graph.Input.AddRange(overridable);
    }

    /// <summary>One utterance in, <c>[1, N, m, d]</c> and the last three sizes out: the form of EmbedSpeech.</summary>
    public byte[] Single(string input, string output, string shapeOutput, (string Output, string Text) identity, IReadOnlyList<int>? blocks)
    {
        Declare(input, 1);
        Feed(input, _builder.Op("Gather", _builder.Op("Shape", input), Axis(1)));
        var stacked = Stack(blocks);
        var sizes = _builder.Op("Slice", _builder.Op("Shape", stacked), Axis(1), Axis(4));
        _builder.Output(stacked, output, OnnxType.Float, 1, "blocks", "encoder_frames", "dimension");
        _builder.Output(sizes, shapeOutput, OnnxType.Int64, 3);
        _builder.Remark(identity.Output, identity.Text);
        return _builder.ToBytes();
    }

    /// <summary>Many utterances: features <c>[B, T, F]</c> or samples <c>[B, T]</c>, and lengths <c>[B]</c> in; embeddings <c>[B, N, m, d]</c> and frames <c>[B]</c> out.</summary>
    public byte[] Batched(IReadOnlyList<int>? blocks)
    {
        Declare(Input, "batch");
        _builder.Input(Lengths, OnnxType.Int64, "batch");
        Feed(Input, Lengths);
        var stacked = Stack(blocks);
        var frames = EncoderFrames(stacked, Lengths);
        _builder.Output(stacked, Embeddings, OnnxType.Float, "batch", "blocks", "encoder_frames", "dimension");
        _builder.Output(frames, Frames, OnnxType.Int64, "batch");
        return _builder.ToBytes();
    }

    private void Declare(string input, object batch)
    {
        if (_profile.Takes == EncoderInput.Samples)
            _builder.Input(input, OnnxType.Float, batch, "samples");
        else
            _builder.Input(input, OnnxType.Float, batch, "frames", _profile.Filterbank.MelBinCount);
    }

    /// <summary>From our input to the encoder's own inputs, then the encoder itself.</summary>
    private void Feed(string x, string lengths)
    {
        var border = _border.Input(_profile.Input)!;
        if (_profile.Takes == EncoderInput.Samples)
        {
            if (_profile.SampleScale != 1)
                x = _builder.Op("Mul", x, _builder.Constant("mlnetser.scale", [(float)_profile.SampleScale]));
            if (_profile.Normalization == EncoderNormalization.PerUtterance)
                x = Standardized(x, lengths);
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
                LengthType.Mask => _builder.Op("Cast", [Real(_builder.Op("Gather", _builder.Op("Shape", _profile.Input), Scalar(border.Rank == 3 ? 2 : 1)), lengths)], ("to", (long)OnnxType.Int64)),
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
        var real = _builder.Op("Cast", [Real(_builder.Op("Gather", _builder.Op("Shape", x), Scalar(1)), lengths)], ("to", (long)OnnxType.Float));   // [B, T]
        var counts = Unsqueeze(_builder.Op("Cast", [lengths], ("to", (long)OnnxType.Float)), 1);                                                   // [B, 1]
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
            return blocks is null ? all : _builder.Op("Gather", [all, _builder.Constant("mlnetser.blocks", [.. blocks.Select(block => block - 1L)], blocks.Count)], ("axis", 1L));
        }
        return _builder.Op("Concat", [.. (blocks ?? [.. Enumerable.Range(1, _blockNames.Count)]).Select(block => Block(_blockNames[block - 1]))], ("axis", 1L));
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

    private void Bind(string value, string input) => _model.Graph.Node.Add(new NodeProto { OpType = "Identity", Name = "mlnetser.bind." + input, Input = { value }, Output = { input } });

    private string Cast(string value, OnnxType to, OnnxType from) => to == from ? value : _builder.Op("Cast", [value], ("to", (long)to));

    private string Transposed(string value, params long[] perm) => _builder.Op("Transpose", [value], ("perm", perm));

    private string Unsqueeze(string value, long axis)
        => _opset >= AxesAreInputs ? _builder.Op("Unsqueeze", value, Axis(axis)) : _builder.Op("Unsqueeze", [value], ("axes", new[] { axis }));

    private string SumOverTime(string value)
        => _opset >= AxesAreInputs ? _builder.Op("ReduceSum", [value, Axis(1)], ("keepdims", 1L)) : _builder.Op("ReduceSum", [value], ("axes", new[] { 1L }), ("keepdims", 1L));

    private string Axis(long axis) => _builder.Constant("mlnetser.axis" + axis.ToString(CultureInfo.InvariantCulture), [axis], 1);

    private string Scalar(long value) => _builder.Constant("mlnetser.scalar", [value]);
}
