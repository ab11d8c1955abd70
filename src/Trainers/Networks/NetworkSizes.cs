namespace MlNetSer.Networks;

/// <summary>The sizes every network of the paper shares (§4.2.1).</summary>
internal sealed record NetworkSizes(int HiddenSize, int LayerCount, int HeadCount, int HeadSize, double Dropout);
