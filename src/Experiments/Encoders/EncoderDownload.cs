using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace MlNetSer.Experiments;

/// <summary>Downloads a file whose size and SHA-256 are known, and stops at the first byte too many.</summary>
internal static class EncoderDownload
{
    /// <exception cref="HttpRequestException">The address does not answer, or not with the file.</exception>
    /// <exception cref="InvalidDataException">The file is not the one that was published.</exception>
    public static void Save(PublicEncoder encoder, string path, HttpClient client, IProgress<ExperimentProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, encoder.Address);
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(
                $"{encoder.Address} answers {(int)response.StatusCode} ({response.ReasonPhrase}). Download the encoder from "
                    + $"{encoder.Source} and run 'encoder tap' on it.");
        using var body = response.Content.ReadAsStream(cancellationToken);
        using var file = File.Create(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var (clock, total) = (Stopwatch.StartNew(), 0L);
        while (body.Read(buffer) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += count;
            if (total > encoder.Bytes)
                throw new InvalidDataException(Other(encoder, $"more than the {encoder.Bytes:N0} bytes that were published"));
            hash.AppendData(buffer, 0, count);
            file.Write(buffer, 0, count);
            progress?.Report(Progress(encoder, total, clock.Elapsed));
        }
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (total != encoder.Bytes)
            throw new InvalidDataException(
                Other(encoder, string.Create(CultureInfo.InvariantCulture, $"{total:N0} bytes instead of {encoder.Bytes:N0}")));
        if (found != encoder.Sha256)
            throw new InvalidDataException(Other(encoder, $"a file with SHA-256 {found} instead of {encoder.Sha256}"));
    }

    private static string Other(PublicEncoder encoder, string found)
        => $"{encoder.Address} gives {found}. It is not the published encoder '{encoder.Name}', or the download was cut off; nothing was "
        + $"kept. Try again, or take it from {encoder.Source}.";

    private static ExperimentProgress Progress(PublicEncoder encoder, long total, TimeSpan elapsed)
    {
        var perSecond = total / Math.Max(elapsed.TotalSeconds, 1e-3);
        return new ExperimentProgress
        {
            Text = string.Create(CultureInfo.InvariantCulture,
                $"downloaded {total / 1e6:0.0} of {encoder.Bytes / 1e6:0.0} MB of {encoder.Name}"),
            Done = total,
            Total = encoder.Bytes,
            Rate = string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e6:0.0} MB per second"),
            TimeLeft = TimeSpan.FromSeconds((encoder.Bytes - total) / perSecond),
        };
    }
}
