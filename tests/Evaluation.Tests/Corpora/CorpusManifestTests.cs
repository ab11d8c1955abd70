using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.TestKit;

namespace MlNetSer.Tests;

public sealed class CorpusManifestTests
{
    private static string Write(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "manifest.csv");
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Columns_are_found_by_name_and_paths_start_at_the_manifest()
    {
        var path = Write("label,extra,Path,SPEAKER\nsad,x,a/1.wav,s1\nangry,y,2.wav,s2\n");

        var manifest = CorpusManifest.Load(path);

        Assert.Equal(Path.Combine(Path.GetDirectoryName(path)!, "a", "1.wav"), manifest.Utterances[0].Path);
        Assert.Equal("1", manifest.Utterances[0].Id);
        Assert.Equal(["angry", "sad"], manifest.Classes);
        Assert.Equal(2, manifest.Missing().Count);
        Assert.Equal([2u, 1u], manifest.ToDataView(new MLContext(), allowMissingFiles: true).GetColumn<uint>("Label"));
    }

    [Theory]
    [InlineData("path,label\na,b\n", "has no column 'speaker'; it has: path, label")]
    [InlineData("path,speaker,label\na,,b\n", "line 2: column 'speaker' is empty")]
    [InlineData("path,speaker,label\na,s,b\nc,s,b\na,s,b\n", "is in line 2 and again in line 4")]
    [InlineData("path,speaker,label\n", "has a header and no rows")]
    [InlineData("path,speaker,label,utterance\na,s,b,u\nc,s,b,v\nd,s,b,u\n", "the utterance 'u' is in line 2 and again in line 4")]
    [InlineData("path,speaker,label\na,s,b\nc,s\"x,b\n", "line 3: 'c,s\"x,b' has a quotation mark where none may stand")]
    [InlineData("path,speaker,label\na,s,b\nc,\"s,b\nd,s,b\n", "or one that is not closed")]
    [InlineData("", "has no column 'path', 'speaker', 'label'")]
    public void Faulty_manifest_is_refused(string text, string message)
        => Assert.Contains(message, Assert.Throws<InvalidDataException>(() => CorpusManifest.Load(Write(text))).Message);

    [Fact]
    public void Files_of_one_name_in_several_folders_are_named_with_their_folder()
    {
        var manifest = CorpusManifest.Load(Write("path,speaker,label\nDC/a01.wav,DC,sad\nJE/a01.wav,JE,sad\nJE/a02.wav,JE,sad\n"));

        Assert.Equal(["DC/a01", "JE/a01", "a02"], manifest.Utterances.Select(u => u.Id));
    }

    [Fact]
    public void Emodb_has_the_counts_of_its_description()
    {
        var path = SharedData.Find("emodb", "manifest.csv");
        Assert.SkipWhen(path is null, SharedData.Absent);

        var manifest = CorpusManifest.Load(path!);

        Assert.Equal([("angry", 127), ("happy", 71), ("neutral", 79), ("sad", 62)], manifest.Utterances.GroupBy(u => u.Label)
            .Select(g => (g.Key, g.Count())).Order());
        Assert.Equal(10, manifest.Speakers.Count);
        Assert.Empty(manifest.Missing());
    }
}
