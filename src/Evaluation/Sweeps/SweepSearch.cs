namespace MlNetSer;

/// <summary>How a sweep comes to the options that it tries.</summary>
public enum SweepSearch
{
    /// <summary>By chance; trial n is a function of the seed and n.</summary>
    Random,

    /// <summary>Every combination of values at equal steps.</summary>
    Grid,
}
