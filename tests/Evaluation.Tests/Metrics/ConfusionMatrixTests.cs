namespace MlNetSer.Tests;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Uar_is_the_mean_of_the_recalls()
    {
        var matrix = new ConfusionMatrix(["angry", "sad"]);
        (int Truth, int Predicted, int Count)[] cells = [(0, 0, 3), (0, 1, 1), (1, 0, 1), (1, 1, 1)];
        foreach (var (truth, predicted, count) in cells)
        {
            for (var i = 0; i < count; i++)
                matrix.Add(truth, predicted);
        }

        // angry 3/4, sad 1/2: mean 5/8; correct 4 of 6.
        Assert.Equal(0.625, matrix.Uar);
        Assert.Equal(4.0 / 6, matrix.Accuracy, 1e-12);
    }

    [Fact]
    public void Absent_class_is_left_out_or_counted_as_zero_by_name()
    {
        var matrix = new ConfusionMatrix(["angry", "sad"]);
        matrix.Add(0, 0);

        Assert.Equal([1.0, null], matrix.Recalls);
        Assert.Equal(1.0, matrix.Uar);
        Assert.Equal(0.5, matrix.UarOverAllClasses);
    }
}
