using MlNetSer.Onnx;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

public sealed class EncoderProfileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-profile").FullName;

    public static TheoryData<string> Names => [.. EncoderProfile.BuiltIn.Select(profile => profile.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Built_in_profile_survives_its_JSON_and_contradicts_nothing(string name)
    {
        var profile = EncoderProfile.ByName(name);
        var path = Path.Combine(_folder, name + ".json");

        profile.Save(path);

        Assert.Equal(profile.ToString(), EncoderProfile.Load(path).ToString());
        Assert.Empty(profile.Faults());
    }

    [Fact]
    public void Profile_file_with_an_unknown_key_a_missing_one_or_a_contradiction_is_refused()
    {
        string Refusal(string json)
        {
            var path = Path.Combine(_folder, "profile.json");
            File.WriteAllText(path, json);
            return Assert.Throws<InvalidDataException>(() => EncoderProfile.Load(path)).Message;
        }

        Assert.Contains("'melBins' could not be mapped", Refusal("""{"name": "mine", "input": "x", "melBins": 80}"""));
        Assert.Contains("Known keys are: name, note, takes, input,", Refusal("""{"name": "mine", "input": "x", "melBins": 80}"""));
        Assert.Contains("'bins' could not be mapped", Refusal("""{"name": "mine", "input": "x", "filterbank": {"bins": 80}}"""));
        Assert.Contains("missing required properties including: 'input'", Refusal("""{"name": "mine"}"""));
        Assert.Contains("$.inputLayout", Refusal("""{"name": "mine", "input": "x", "inputLayout": "FTB"}"""));
        Assert.Contains("exactly one of StackedOutput and BlockOutputs", Refusal("""{"name": "mine", "input": "x"}"""));
        Assert.Contains("Normalization is CmvnFile, but CmvnFile is not given",
            Refusal("""{"name": "mine", "input": "x", "blockOutputs": ["b"], "normalization": "CmvnFile"}"""));
        Assert.Contains("without a LengthInput the encoder cannot know what is padding",
            Refusal("""{"name": "mine", "input": "x", "blockOutputs": ["b"], "masksPadding": true}"""));
        Assert.Contains("'c' is Double [-1], but must be",
            Refusal("""
                {"name": "mine", "input": "x", "blockOutputs": ["b"],
                 "constantInputs": [{"name": "c", "type": "Double", "shape": [-1]}]}
                """));
        Assert.Contains("There is no encoder profile",
            Assert.Throws<FileNotFoundException>(() => EncoderProfile.Load(Path.Combine(_folder, "none.json"))).Message);
        Assert.Contains("There is no encoder profile 'kaldi'. Built in are: nemo-ctc-kaldi, wenet,",
            Assert.Throws<ArgumentException>(() => EncoderProfile.ByName("kaldi")).Message);
    }

    /// <summary>The borders that each family's exporter writes (docs/encoders.md).</summary>
    [Theory]
    [InlineData("wenet", "features:Float:b,t,80 feature_lengths:Int64:b", "embeddings lengths", "")]
    [InlineData("nemo-ctc-kaldi", "features:Float:b,t,80", "log_probs", "")]
    [InlineData("wenet-gpu-offline", "speech:Float:b,t,80 speech_lengths:Int32:b", "encoder_out encoder_out_lens ctc_log_probs", "")]
    [InlineData("sherpa-wenet-ctc", "x:Float:b,t,80 x_lens:Int64:b", "log_probs log_probs_lens", "model_type=wenet_ctc")]
    [InlineData("sherpa-wenet-ctc", "x:Float:b,t,80 x_lens:Int64:b", "log_probs log_probs_lens", "")]
    [InlineData("sherpa-nemo-ctc", "audio_signal:Float:b,80,t length:Int64:b", "logprobs", "model_type=EncDecCTCModelBPE "
        + "normalize_type=per_feature subsampling_factor=8")]
    [InlineData("icefall-conformer", "x:Float:b,t,80 x_lens:Int64:b", "encoder_out encoder_out_lens", "model_type=conformer")]
    [InlineData("icefall-conformer", "x:Float:b,t,80", "encoder_out", "")]
    [InlineData("espnet", "feats:Float:1,t,80", "encoder_out encoder_out_lens", "")]
    [InlineData("wenet-cpu", "chunk:Float:1,t,80 offset:Int64: att_cache:Float:12,8,c,128 cnn_cache:Float:12,1,512,30",
        "output r_att_cache", "num_blocks=12 head=8 output_size=512 cnn_module_kernel=31")]
    [InlineData("raw-waveform", "input_values:Float:b,t", "last_hidden_state", "")]
    [InlineData("raw-waveform", "signal:Float:b,t attention_mask:Int64:b,t", "hidden_states", "")]
    public void Family_is_told_from_names_ranks_and_metadata(string family, string inputs, string outputs, string metadata)
    {
        var profile = EncoderProfile.Detect(Border(inputs, outputs, metadata));

        Assert.Equal(family, profile.Name);
        Assert.Empty(profile.Faults());
    }

    [Fact]
    public void Detected_profile_fits_what_the_file_says_of_bins_lengths_and_normalisation()
    {
        var nemo = EncoderProfile.Detect(Border("audio_signal:Float:b,64,t length:Int32:b", "logprobs", "subsampling_factor=8 "
            + "normalize_type=NA"));
        var icefall = EncoderProfile.Detect(Border("x:Float:b,t,80", "encoder_out", ""));
        var wav2vec = EncoderProfile.Detect(Border("signal:Float:b,t attention_mask:Int64:b,t", "hidden_states", ""));

        Assert.Equal((64, LengthType.Int32, UtteranceNormalization.None, EncoderNormalization.None),
            (nemo.Filterbank.MelBinCount, nemo.LengthType, nemo.Filterbank.Normalization, nemo.Normalization));
        Assert.Equal(13, nemo.FrameCount(100));   // 100 -> 50 -> 25 -> 13
        // the built-in one is untouched
        Assert.Equal((80, UtteranceNormalization.MeanAndStandardDeviation),
            (EncoderProfile.ByName("sherpa-nemo-ctc").Filterbank.MelBinCount,
            EncoderProfile.ByName("sherpa-nemo-ctc").Filterbank.Normalization));
        Assert.Equal((null, null), (icefall.LengthInput, icefall.LengthOutput));
        Assert.Equal(("signal", "attention_mask", LengthType.Mask), (wav2vec.Input, wav2vec.LengthInput, wav2vec.LengthType));
        Assert.Equal(49, wav2vec.FrameCount(16_000));   // the 49 frames of wav2vec 2.0 in a second
    }

    [Fact]
    public void Unknown_families_and_Zipformers_are_refused_by_name()
    {
        Assert.Contains("has the inputs [tokens Int64 [b, t]], which is not a family that is known: nemo-ctc-kaldi, wenet,",
            Assert.Throws<InvalidDataException>(() => EncoderProfile.Detect(Border("tokens:Int64:b,t", "y", ""))).Message);
        Assert.Contains("A Zipformer's stacks run at different frame rates",
            Assert.Throws<InvalidDataException>(() => EncoderProfile.Detect(
            Border("x:Float:b,t,80 x_lens:Int64:b", "log_probs", "model_type=zipformer2_ctc"))).Message);
        Assert.Contains("There is no encoder at", Assert.Throws<FileNotFoundException>(
            () => EncoderProfile.Detect(Path.Combine(_folder, "none.onnx"))).Message);
    }

    [Fact]
    public void Wrong_pairing_is_refused_with_what_was_found_and_what_was_wanted()
    {
        string Refusal(string path, EncoderProfile? profile = null) =>
            Assert.Throws<InvalidDataException>(() => SpeechEncoder.FromFile(path, profile)).Message;
        var nemo = Border("features:Float:b,t,80", "block_01:3", "");

        var swapped = Refusal(nemo, EncoderProfile.WeNet);
        Assert.Contains("has the inputs [features], but profile 'wenet' wants [features, feature_lengths]", swapped);
        Assert.EndsWith("It looks like 'nemo-ctc-kaldi'.", swapped);
        Assert.Contains("'features' of shape [b, t, 80], but profile 'nemo-ctc-kaldi' gives [batch, frames, 40]",
            Refusal(nemo, EncoderProfile.NemoCtcKaldi with
            {
                Filterbank =
            new() { MelBinCount = 40, Normalization = UtteranceNormalization.Mean }
            }));
        Assert.Contains("but profile 'raw-waveform' gives [batch, samples]",
            Refusal(nemo, EncoderProfile.ByName("raw-waveform") with { Input = "features" }));
        Assert.Contains("takes 'speech_lengths' as Int64, but profile 'wenet-gpu-offline' gives Int32. Set its lengthType.",
            Refusal(Border("speech:Float:b,t,80 speech_lengths:Int64:b", "block_01:3 encoder_out_lens", ""),
            EncoderProfile.ByName("wenet-gpu-offline")));
        Assert.Contains("has the outputs [log_probs], but profile 'nemo-ctc-kaldi' wants its blocks as 'block_{0:00}'",
            Refusal(Border("features:Float:b,t,80", "log_probs", "")));
        Assert.Contains("add them with BlockTap.Write (mlnetser encoder tap)",
            Refusal(Border("features:Float:b,t,80", "log_probs", "")));
        Assert.Contains("gives 'block_01 Float [a, b]', but profile 'nemo-ctc-kaldi' wants a tensor of 3 dimensions",
            Refusal(Border("features:Float:b,t,80", "block_01:2", "")));
    }

    [Fact]
    public void CMVN_file_of_another_size_and_one_that_is_not_there_are_refused()
    {
        var path = Border("features:Float:b,t,80", "block_01:3", "");
        var profile = EncoderProfile.NemoCtcKaldi with
        {
            Filterbank = new(),
            Normalization = EncoderNormalization.CmvnFile,
            CmvnFile = "stats"
        };

        Assert.Contains("Profile 'nemo-ctc-kaldi' normalises by 'stats', and there is no",
            Assert.Throws<FileNotFoundException>(() => SpeechEncoder.FromFile(path, profile)).Message);
        File.WriteAllText(Path.Combine(_folder, "stats"), """{"mean_stat": [20, 40], "var_stat": [50, 200], "frame_num": 10}""");
        Assert.Contains("statistics of 2 and 2 bins, but the encoder takes 80. It belongs to another model.",
            Assert.Throws<InvalidDataException>(() => SpeechEncoder.FromFile(path, profile)).Message);
    }

    [Fact]
    public void Real_encoder_is_told_without_a_profile()
    {
        var path = SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx");
        Assert.SkipWhen(path is null, SharedData.Absent);

        Assert.Equal(EncoderProfile.NemoCtcKaldi.ToString(), EncoderProfile.Detect(path!).ToString());
    }

    /// <summary>A graph with such a border and next to nothing inside; an output's number is its rank.</summary>
    private string Border(string inputs, string outputs, string metadata)
    {
        var graph = new OnnxGraph("border");
        string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var input in Words(inputs).Select(text => text.Split(':')))
            graph.Input(input[0], Enum.Parse<OnnxType>(input[1]),
                [.. input[2].Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(dim => int.TryParse(dim, out var size) ? (object)size : dim)]);
        foreach (var output in Words(outputs).Select(text => text.Split(':')))
            graph.Output(Words(inputs)[0].Split(':')[0], output[0], OnnxType.Float,
                [.. "abcd"[..(output.Length > 1 ? int.Parse(output[1]) : 3)].Select(letter => (object)letter.ToString())]);
        foreach (var entry in Words(metadata).Select(text => text.Split('=')))
            graph.Metadata(entry[0], entry[1]);
        var path = Path.Combine(_folder, $"{Guid.NewGuid()}.onnx");
        graph.Save(path);
        return path;
    }
}
