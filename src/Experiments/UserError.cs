namespace MlNetSer.Experiments;

/// <summary>Finds in an error what a user can put right.</summary>
public static class UserError
{
    /// <summary>The outermost error that says what is wrong with a file, an option or the system; null = the program itself is at
    /// fault.</summary>
    /// <remarks>ML.NET wraps what goes wrong while it reads rows in an <see cref="InvalidOperationException"/>, and tasks wrap in an
    /// <see cref="AggregateException"/>.</remarks>
    public static Exception? Find(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (error is IOException or InvalidDataException or ArgumentException
            or NotSupportedException or HttpRequestException or UnauthorizedAccessException)
            return error;
        return (error.InnerException is { } inner ? Find(inner) : null) ?? (error is InvalidOperationException ? error : null);
    }
}
