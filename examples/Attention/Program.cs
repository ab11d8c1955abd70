// What did the network attend to? Blocks x time of one utterance, drawn over its filterbank.
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer;
using MlNetSer.Experiments;

var ml = new MLContext(seed: 1);
var speech = SyntheticCorpus.Write("corpus").ToDataView(ml);
var encoder = SpeechEncoder.Untrained();
var features = ml.Transforms.LoadAudio("Waveform", "AudioPath")
    .Append(ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank))
    .Append(ml.Transforms.EmbedSpeech("Embedding", "Filterbank", encoder));
var trainer = ml.MulticlassClassification.Trainers.ChannelTemporalAttention(new ChannelTemporalAttentionOptions
{
    Epochs = 15,
    HeadSize = 16,
    AttentionColumnName = "Attention",                    // one more column, the same scores
});
var model = features.Append(trainer).Fit(speech);

var row = model.Transform(ml.Data.TakeRows(speech, 1));
var shape = row.GetColumn<long[]>("Attention.Shape").First();                         // heads, blocks, frames
var filterbank = row.GetColumn<float[]>("Filterbank").First();
var seconds = row.GetColumn<float[]>("Waveform").First().Length / 16_000.0;
var map = new AttentionMap(row.GetColumn<float[]>("Attention").First(), (int)shape[1], filterbank, encoder.Profile.Filterbank.MelBinCount,
    seconds);
Figures.Attention(map, "CTA without RNN").Save("attention.png");
Console.WriteLine("wrote attention.png");
