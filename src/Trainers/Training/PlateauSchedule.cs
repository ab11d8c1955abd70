namespace MlNetSer.Training;

/// <summary>
/// Halves the learning rate after <c>patience</c> consecutive epochs without a lower loss (paper §4.2.1), then starts counting again.
/// </summary>
internal sealed class PlateauSchedule(double learningRate, int patience)
{
    private double _lowest = double.PositiveInfinity;
    private int _badEpochs;

    public double LearningRate { get; private set; } = learningRate;

    public void Observe(double loss)
    {
        if (loss < _lowest)
        {
            (_lowest, _badEpochs) = (loss, 0);
        }
        else if (++_badEpochs >= patience)
        {
            LearningRate /= 2;
            _badEpochs = 0;
        }
    }
}
