using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>Whatever a file holds, the answer is a plan or a list of problems, never another exception.</summary>
public class RobustnessTests
{
    private static readonly string[] Damage =
    [
        "{", "}", "[", "]", ":", "- ", "\n", "\n  ", "\"", "'", "&a ", "*a", "!x ", "? ", "|", ">", "%", "#", ",", "\t", "~", "---\n", "",
    ];

    [Fact]
    public void A_cut_or_damaged_plan_is_a_plan_or_a_list_of_problems() => Prop.ForAll(
        (from at in Gen.Choose(0, PlanYaml.Small.Length - 1)
         from length in Gen.Choose(0, 30)
         from letters in Gen.Elements(Damage)
         select PlanYaml.Small.Remove(at, Math.Min(length, PlanYaml.Small.Length - at)).Insert(at, letters)).ToArbitrary(),
        IsAnswered)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Any_text_is_a_plan_or_a_list_of_problems() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => IsAnswered(text ?? "")).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Deep_nesting_is_refused(char bracket) => Assert.Matches(
        "^x.yaml:1:2[0-9]: not valid YAML: nested more than 20 levels deep$",
        PlanYaml.Problems("a: " + new string(bracket, 100_000)));

    private static bool IsAnswered(string text)
    {
        try
        {
            return PlanYaml.Read(text) is not null;
        }
        catch (PlanException exception)
        {
            return exception.Problems.Length > 0;
        }
    }
}
