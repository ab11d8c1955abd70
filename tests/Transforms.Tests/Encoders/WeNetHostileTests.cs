using System.Diagnostics;
using System.IO.Compression;
using MlNetSer.Encoders.WeNet;

namespace MlNetSer.Tests.Encoders;

/// <summary>Checkpoints that are damaged, or made to run code or to exhaust the machine.</summary>
public sealed class WeNetHostileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Weights => Path.Combine(_folder, "final.pt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> HostilePickles => new()
    {
        // GLOBAL + REDUCE
        { "cos\nsystem\n(X\x2\0\0\0lstR.", "the class 'os.system', which is not in the list of those a state dict needs" },
        { "X\x2\0\0\0osX\x6\0\0\0system\x93(X\x2\0\0\0lstR.", "the class 'os.system', which is not in the list" },   // STACK_GLOBAL
        { "c__builtin__\neval\n.", "the class '__builtin__.eval'" },
        { "ctorch\nload\n.", "the class 'torch.load'" },
        { "ctorch\nUntypedStorage\n.", "the class 'torch.UntypedStorage'" },
        { "ctorch.os\nFloatStorage\n.", "the class 'torch.os.FloatStorage'" },
        { "(S'ls'\nios\nsystem\n.", "opcode 0x53" },   // STRING, for INST
        { "(ios\nsystem\n.", "opcode 0x69, which state dicts do not use; it could run code, so it is refused" },   // INST
        { "(ccollections\nOrderedDict\no.", "opcode 0x6f" },   // OBJ
        { "\x82\x01.", "opcode 0x82" },   // EXT1
        { "ccollections\nOrderedDict\n)\x81.", "opcode 0x81" },   // NEWOBJ
        { "]2.", "opcode 0x32" },   // DUP
        { "\x8b\xff\xff\xff\x7f", "opcode 0x8b" },   // LONG4 of 2 GB
        { "X\u00ff\u00ff\u00ff\u007fab", "a text of 2,147,483,647 bytes, but 3 are left" },
        { "\x8a\xff", "its end, in the middle of a value. The file is cut off" },
        { "\x8a\x09\0\0\0\0\0\0\0\0\x01.", "a whole number of 9 bytes" },
        { "h\x05.", "a reference to value 5, which was never stored" },
        { "t.", "an opcode that needs a mark, but there is none" },
        { "R.", "an opcode that needs a value, but there is none" },
        { "}NNs.", "a key that is neither text nor number" },
        { "NNNs.", "items for something that is not a dictionary" },
        { "NNa.", "items for something that is not a list" },
        { "NQ.", "a persistent id that is not a tensor storage" },
        { "NNR.", "a call that no state dict needs" },
        { "cos", "a name without an end" },
        { "}.", "holds no tensors" },
        { "}q", "its end, in the middle of a value" },
    };

    [Theory, MemberData(nameof(HostilePickles))]
    public void Pickle_outside_the_short_list_is_refused(string latin1, string told)
    {
        Pickle.Save(Weights, new Pickle().Raw(latin1).End());

        Assert.Contains(told, Refused());
    }

    [Fact]
    public void State_of_an_object_is_dropped_not_applied()
    {
        // BUILD would call __setstate__ in Python.
        Pickle.Save(Weights, new Pickle().Raw("ccollections\nOrderedDict\n)R}(").Text("x").Tensor("0", [1]).Raw("ub}(").Text("y")
            .Tensor("0", [1]).Raw("u").End(), [("0", new byte[4])]);

        using var checkpoint = TorchCheckpoint.Open(Weights);

        Assert.Equal(["y"], checkpoint.Names);
    }

    [Theory]
    [InlineData(new long[] { 4, 4 }, new long[] { 4, 1 }, 1, 16)]                                // one past the end
    [InlineData(new long[] { 2, 2 }, new long[] { 1L << 39, 1 }, 0, 16)]
    [InlineData(new long[] { 4, 4 }, new long[] { -4, 1 }, 12, 16)]
    [InlineData(new long[] { -4, 4 }, new long[] { 4, 1 }, 0, 16)]
    [InlineData(new long[] { 4, 4 }, new long[] { 4, 1 }, -1, 16)]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, 0, 16)]                  // product 2^64 = 0 in 64 bits
    [InlineData(new long[] { 1L << 40, 1L << 40, 1L << 40, 1L << 40 }, new long[] { 0, 0, 0, 0 }, 0, 1L << 40)]
    [InlineData(new long[] { 17 }, new long[] { 0 }, 0, 16)]   // a repeated element may not make more of them
    [InlineData(new long[] { long.MaxValue }, new long[] { long.MaxValue }, long.MaxValue, 16)]
    public void View_that_its_storage_does_not_hold_is_refused(long[] shape, long[] strides, long offset, long storageCount)
    {
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("x").Tensor("0", shape, strides, offset, storageCount).Raw("u").End(),
            [("0", new byte[64])]);

        Assert.Contains(
            $"a tensor [{string.Join(", ", shape)}] with strides [{string.Join(", ", strides)}] from element {offset:N0} on, which "
            + $"storage 0 of {storageCount:N0} elements does not hold", Refused());
    }

    [Fact]
    public void Storage_of_impossible_size_is_refused()
    {
        foreach (var count in new[] { -1, long.MaxValue })
        {
            Pickle.Save(Weights, new Pickle().Raw("}(").Text("x").Tensor("0", [1], storageCount: count).Raw("u").End(),
                [("0", new byte[4])]);
            Assert.Contains("a persistent id that is not a tensor storage", Refused());
        }
    }

    [Fact]
    public void Storage_that_is_shorter_than_said_or_absent_is_named_when_it_is_read()
    {
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("x").Tensor("0", [1_000_000_000]).Text("y").Tensor("7", [2]).Raw("u").End(),
            [("0", new byte[64])]);
        using var checkpoint = TorchCheckpoint.Open(Weights);

        Assert.Contains("tensor 'x' [1000000000] is in storage 0 of 1,000,000,000 elements, but the file has 16 of them",
            Assert.Throws<InvalidDataException>(() => checkpoint.Values("x")).Message);
        Assert.Contains("tensor 'y' is in storage 7, which the file lacks",
            Assert.Throws<InvalidDataException>(() => checkpoint.Values("y")).Message);
    }

    [Fact]
    public void Structures_that_would_exhaust_the_machine_are_refused_at_once()
    {
        var clock = Stopwatch.StartNew();
        void Saved(Pickle pickle) => Pickle.Save(Weights, pickle.End(), [("0", new byte[4])]);

        var nested = new Pickle();   // a dictionary in a dictionary in a dictionary ...
        for (var i = 0; i < 100_000; i++)
            nested.Raw("}").Text("x");
        Saved(nested.Raw("N").Raw(new string('s', 100_000)));
        Assert.Contains("nests more than 16 deep", Refused());

        Saved(new Pickle().Raw("}q\0").Text("x").Raw("h\0s"));   // a dictionary that holds itself
        Assert.Contains("nests more than 16 deep", Refused());

        var laughs = new Pickle().Raw("}(").Text("x").Tensor("0", [1]).Raw("uq\0");   // each holds the one before sixteen times
        for (byte level = 0; level < 12; level++)
        {
            laughs.Raw("}(");
            for (var i = 0; i < 16; i++)
                laughs.Text($"{i}").Raw((byte)'h', level);
            laughs.Raw((byte)'u', (byte)'q', (byte)(level + 1));
        }
        Saved(laughs);
        Assert.Contains("more than 100,000 values", Refused());

        var names = new Pickle().Raw("}(");   // one long name times another
        for (var i = 0; i < 100; i++)
            names.Text(new string((char)('a' + i % 26), 900 + i)).Raw("}(").Text(new string('b', 900)).Tensor("0", [1]).Raw("u");
        Saved(names.Raw("u"));
        Assert.Contains("names of more than 1,024 letters", Refused());

        Saved(new Pickle().Raw(new string(']', 1_000_002)));
        Assert.Contains("more than 1,000,000 values at once", Refused());

        Saved(new Pickle().Raw(new string('N', 9 << 20)));
        Assert.Contains("claims 9,437,187 bytes; a state dict's has at most 8,388,608", Refused());

        // 16¹² values would take years; a busy machine takes ten seconds
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Compressed_parts_are_refused_so_no_zip_bomb_unpacks()
    {
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("x").Tensor("0", [25_000_000]).Raw("u").End(), [("0", new byte[100_000_000])],
            CompressionLevel.Fastest);
        Assert.Contains("PyTorch never compresses. Save it again with torch.save, or pack it with zip -0", Refused());

        // A directory that lies about the size: 16 bytes are said to be 4 GB less one.
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("x").Tensor("0", [4]).Raw("u").End(), [("0", new byte[16])]);
        var bytes = File.ReadAllBytes(Weights);
        var directory = bytes.AsSpan().LastIndexOf("PK\x1\x2"u8);
        bytes.AsSpan(directory + 20, 8).Fill(0xfe);   // compressed and real size
        File.WriteAllBytes(Weights, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() =>
        {
            using var checkpoint = TorchCheckpoint.Open(Weights);
            checkpoint.Values("x");
        });
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void File_that_is_no_checkpoint_says_what_it_is()
    {
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("x").Tensor("0", [4]).Raw("u").End(), [("0", new byte[16])]);
        var good = File.ReadAllBytes(Weights);

        for (var length = 0; length < good.Length; length += 7)
        {
            File.WriteAllBytes(Weights, good[..length]);
            Assert.Contains("is not a PyTorch checkpoint: it is not a zip file, or it is cut off", Refused());
        }
        using (var zip = new ZipArchive(File.Create(Weights), ZipArchiveMode.Create))
            zip.CreateEntry("hello.txt");
        Assert.Contains("is a zip file, but has no data.pkl inside", Refused());
        using (var zip = new ZipArchive(File.Create(Weights), ZipArchiveMode.Create))
        {
            zip.CreateEntry("m/data.pkl");
            zip.CreateEntry("m/constants.pkl");
        }
        Assert.Contains("is a TorchScript model, made to be run. Give the checkpoint", Refused());
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("decoder.x").Tensor("0", [4]).Raw("u").End());
        Assert.Contains("has no tensor 'encoder.embed.conv.0.weight'. It has 1, such as decoder.x", RefusedAsModel());
        Pickle.Save(Weights, new Pickle().Raw("}(").Text("a.encoder.embed.conv.0.weight").Tensor("0", [4])
            .Text("b.encoder.embed.conv.0.weight").Tensor("0", [4]).Raw("u").End());
        Assert.Contains("holds 2 encoders: under 'a.', 'b.'", RefusedAsModel());
    }

    [Fact]
    public void Thousands_of_mutations_end_in_an_answer_or_a_plain_refusal()
    {
        var options = new ConformerOptions
        {
            BlockCount = 1,
            Dimension = 4,
            HeadCount = 1,
            FeedForwardSize = 4,
            KernelSize = 3,
            MelBinCount = 20
        };
        WeNetCheckpointWriter.SaveTorch(Weights, WeNetCheckpointWriter.Weights(options));
        var good = File.ReadAllBytes(Weights);
        var pickle = good.AsSpan().IndexOf("data.pkl"u8) + "data.pkl".Length;
        var random = new Random(20_261);
        var refused = 0;

        for (var round = 0; round < 2000; round++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                // Half in the pickle, half anywhere: most of the file is weights.
                var at = round % 2 == 0 ? pickle + random.Next(6000) : random.Next(bytes.Length);
                if (round % 5 == 0)
                    at = bytes.Length - 1 - random.Next(4000);   // the zip's directory
                bytes[at] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)(bytes[at] ^ 1 << random.Next(8)),
                    _ => (byte)(random.Next(2) * 255)
                };
            }
            if (round % 11 == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            File.WriteAllBytes(Weights, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var checkpoint = TorchCheckpoint.Open(Weights);
                _ = new WeNetWeights(checkpoint).VocabularySize;
                foreach (var name in checkpoint.Names)
                    checkpoint.Values(name);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20,
                $"round {round} allocated {GC.GetAllocatedBytesForCurrentThread() - before:N0} bytes");
        }

        Assert.InRange(refused, 400, 1999);
    }

    private string Refused() => Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Open(Weights)).Message;

    private string RefusedAsModel()
    {
        File.WriteAllText(Path.Combine(_folder, "train.yaml"), WeNetCheckpointWriter.Yaml(new ConformerOptions()));
        return Assert.Throws<InvalidDataException>(() => WeNetModel.ToOnnx(_folder)).Message;
    }
}
