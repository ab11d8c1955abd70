using System.Globalization;
using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Profiles;

/// <summary>Holds a profile against an encoder: a wrong pairing is refused with what was found and what was wanted.</summary>
internal static class EncoderCheck
{
    /// <returns>Names of the block outputs in order; one name where the blocks are stacked.</returns>
    /// <exception cref="InvalidDataException">They do not belong together.</exception>
    public static IReadOnlyList<string> Blocks(OnnxBorder border, EncoderProfile profile)
    {
        if (profile.Faults().ToList() is { Count: > 0 } faults)
            throw new InvalidDataException($"Profile '{profile.Name}': {string.Join("; ", faults)}.");
        CheckInputs(border, profile);
        if (profile.LengthOutput is { } lengths && border.Output(lengths) is null)
            throw new InvalidDataException(
                $"{Outputs(border)}, but profile '{profile.Name}' wants the number of frames as '{lengths}'.{Advice(border, profile)}");
        List<string> blocks = [.. Expected(border, profile)];
        if (blocks.Count == 0)
        {
            throw new InvalidDataException(
                $"{Outputs(border)}, but profile '{profile.Name}' wants its blocks as "
                + $"'{profile.StackedOutput ?? string.Join(", ", profile.BlockOutputs)}'.{Advice(border, profile)} "
                + "If it is the right one, export the encoder with the output of every block, or add them with BlockTap.Write "
                + "(mlnetser encoder tap).");
        }
        var rank = profile.StackedOutput is null ? 3 : 4;
        if (blocks.Select(block => border.Output(block)!).FirstOrDefault(output => output.Rank is { } found && found != rank) is { } odd)
            throw new InvalidDataException(
                $"Encoder '{border.Source}' gives '{odd}', but profile '{profile.Name}' wants a tensor of {rank} dimensions there.");
        return blocks;
    }

    private static void CheckInputs(OnnxBorder border, EncoderProfile profile)
    {
        string[] wanted = profile.LengthInput is null ? [profile.Input] : [profile.Input, profile.LengthInput];
        var found = border.Inputs.Select(input => input.Name).Except(profile.ConstantInputs.Select(constant => constant.Name));
        if (!found.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal)))
        {
            throw new InvalidDataException(
                $"Encoder '{border.Source}' has the inputs [{string.Join(", ", border.Inputs.Select(input => input.Name))}], "
                + $"but profile '{profile.Name}' wants [{string.Join(", ", wanted)}]. "
                + $"Choose the profile that belongs to this encoder.{Advice(border, profile)}");
        }
        var features = border.Input(profile.Input)!;
        var bins = profile.Filterbank.MelBinCount;
        var fits = profile.Takes == EncoderInput.Samples
            ? features.Rank is 2 || (features.Rank is 3 && (features.Size(1) ?? 1) == 1 && features.Size(2) is null)
            : features.Rank is 3 && features.Size(profile.InputLayout == TensorLayout.BFT ? 1 : 2) is var size
            && (size is null || size == bins);
        if (!fits)
        {
            var given = profile.Takes == EncoderInput.Samples
                ? "[batch, samples]" : profile.InputLayout == TensorLayout.BFT ? $"[batch, {bins}, frames]" : $"[batch, frames, {bins}]";
            throw new InvalidDataException(
                $"Encoder '{border.Source}' takes '{profile.Input}' of shape [{string.Join(", ", features.Shape ?? ["?"])}], but profile "
                + $"'{profile.Name}' gives {given}.{Advice(border, profile)}");
        }
        if (profile.LengthInput is { } length)
        {
            var wantedType = profile.LengthType == LengthType.Int32 ? OnnxType.Int32 : OnnxType.Int64;
            if (border.Input(length)!.Type != wantedType)
                throw new InvalidDataException(
                    $"Encoder '{border.Source}' takes '{length}' as {border.Input(length)!.Type}, but profile '{profile.Name}' gives "
                    + $"{wantedType}. Set its lengthType.");
        }
        foreach (var constant in profile.ConstantInputs)
        {
            if (border.Input(constant.Name) is { } input && input.Type.ToString() != constant.Type)
                throw new InvalidDataException(
                    $"Encoder '{border.Source}' takes '{constant.Name}' as {input.Type}, but profile '{profile.Name}' gives "
                    + $"{constant.Type}. Set the constant input's type.");
        }
    }

    private static IEnumerable<string> Expected(OnnxBorder border, EncoderProfile profile)
    {
        if (profile.StackedOutput is { } stacked)
            return border.Output(stacked) is null ? [] : [stacked];
        if (profile.BlockOutputs is [var pattern] && pattern.Contains("{0", StringComparison.Ordinal))
            return Enumerable.Range(1, int.MaxValue).Select(i => string.Format(CultureInfo.InvariantCulture, pattern, i))
                .TakeWhile(name => border.Output(name) is not null);
        return profile.BlockOutputs.All(name => border.Output(name) is not null) ? profile.BlockOutputs : [];
    }

    private static string Outputs(OnnxBorder border)
        => $"Encoder '{border.Source}' has the outputs "
        + $"[{string.Join(", ", border.Outputs.Select(output => output.Name).Order(StringComparer.Ordinal).Take(20))}]";

    private static string Advice(OnnxBorder border, EncoderProfile profile)
        => EncoderDetection.TryDetect(border) is { } likely && likely.Name != profile.Name ? $" It looks like '{likely.Name}'." : "";
}
