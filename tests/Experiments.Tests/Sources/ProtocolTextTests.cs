using MlNetSer.Experiments;

namespace MlNetSer.Tests.Sources;

public sealed class ProtocolTextTests
{
    [Fact]
    public void Words_of_the_command_line_are_protocols()
    {
        Assert.Equal(SplitKind.LeaveOneSpeakerOut, ProtocolText.Parse(null).Split);
        Assert.Equal(SplitKind.LeaveOneSessionOut, ProtocolText.Parse("session").Split);
        Assert.Equal((SplitKind.SpeakerGroups, 5), (ProtocolText.Parse("groups:5").Split, ProtocolText.Parse("groups:5").GroupCount));
        Assert.Throws<ArgumentException>(() => ProtocolText.Parse("groups:1"));
    }
}
