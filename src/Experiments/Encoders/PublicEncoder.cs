namespace MlNetSer.Experiments;

/// <summary>A public encoder: where it comes from and under which licence.</summary>
public sealed record PublicEncoder
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>The licence of its weights.</summary>
    public required string Licence { get; init; }

    /// <summary>The page that says more.</summary>
    public string Source { get; init; } = "";

    /// <summary>Where the ONNX file is downloaded from.</summary>
    public required Uri Address { get; init; }

    /// <summary>SHA-256 of that file, lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its size.</summary>
    public required long Bytes { get; init; }

    /// <summary>A profile's name; null = as the file tells.</summary>
    public string? Profile { get; init; }
}
