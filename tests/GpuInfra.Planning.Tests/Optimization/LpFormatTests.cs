using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Optimization;

public class LpFormatTests
{
    [Fact]
    public void A_program_is_written_whole_and_exact()
    {
        var program = new IntegerProgram();
        program.Add(new Variable("x", 0, 10, 3.25m, true));
        program.Add(new Variable("y", -1, 0.1, -2, false));
        program.Add(new Row("cover", [new Term(0, 1.0 / 3), new Term(1, -1e-7)], Sense.AtLeast, 2));
        program.Add(new Row("cap", [new Term(0, 1)], Sense.AtMost, 4));
        program.Add(new Row("fixed", [new Term(1, 2)], Sense.Equal, -0.5));

        var text = new StringWriter();
        LpFormat.Write(text, program, ["two variables"]);

        Assert.Equal(
            """
            \ two variables
            Minimize
             cost: + 3.25 x - 2 y
            Subject To
             cover: + 0.3333333333333333 x - 0.0000001 y >= 2
             cap: + 1 x <= 4
             fixed: + 2 y = -0.5
            Bounds
             0 <= x <= 10
             -1 <= y <= 0.1
            Generals
             x
            End

            """,
            text.ToString());
    }

    [Fact]
    public void Names_keep_letters_digits_points_and_underscores_only() =>
        Assert.Equal("x.chat_v2.aws_us_east_1_g5.xlarge", LpFormat.Name("x", "chat-v2", "aws/us-east-1/g5.xlarge").ToString());
}
