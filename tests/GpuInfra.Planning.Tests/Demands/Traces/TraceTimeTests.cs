using System.Text;
using GpuInfra.Planning.Demands.Traces;

namespace GpuInfra.Planning.Tests.Demands.Traces;

public class TraceTimeTests
{
    [Theory]
    [InlineData("2023-11-16 18:15:46.5")]
    [InlineData("2023-11-16T18:15:46,500")]
    [InlineData("2023-11-16T18:15:46.500000000Z")]
    [InlineData("2023-11-16T19:45:46.5+01:30")]
    [InlineData("2023-11-16T10:15:46.5-0800")]
    [InlineData("1700158546.5")]
    [InlineData("1700158546500")]
    [InlineData("1700158546500000")]
    [InlineData("1.7001585465e18")]
    public void Every_way_of_writing_a_moment_is_that_moment(string text)
    {
        Assert.True(new TraceTime().TryRead(Encoding.UTF8.GetBytes(text), out var ticks));
        Assert.Equal(new DateTime(2023, 11, 16, 18, 15, 46, 500), new DateTime(ticks), TimeSpan.FromMicroseconds(1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2023-13-16 18:15:46")]
    [InlineData("2023-11-16 25:15:46")]
    [InlineData("2023-11-16 18:15:46.")]
    [InlineData("2023-11-16 18:15:46 CET")]
    [InlineData("-5")]
    [InlineData("NaN")]
    [InlineData("1e300")]
    public void Anything_else_is_no_time(string text) => Assert.False(new TraceTime().TryRead(Encoding.UTF8.GetBytes(text), out _));
}
