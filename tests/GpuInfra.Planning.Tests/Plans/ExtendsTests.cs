using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public sealed class ExtendsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpuinfra-plans-");

    public ExtendsTests() => Write("base.yaml", PlanYaml.Plus("""
        growth: { monthly: 5% }
        budget: { monthly: $10k, alertAt: [50%] }
        tags: { required: [owner, app] }
        """));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_says_nothing_is_its_base()
    {
        Write("x.yaml", "extends: base.yaml");
        Assert.Equal(PlanYaml.Meaning(Load("base.yaml")), PlanYaml.Meaning(Load("x.yaml")));
    }

    [Fact]
    public void The_extending_file_wins_key_by_key()
    {
        Write("x.yaml", """
            extends: base.yaml
            environment: dev
            clouds: { aws: { account: "999988887777" } }
            budget: { monthly: $20k }
            """);

        var plan = Load("x.yaml");

        Assert.Equal(DeploymentEnvironment.Dev, plan.Environment);
        Assert.Equal(("999988887777", Share.FromPercent(70)), (plan.Clouds[0].Account, plan.Clouds[0].Share));
        Assert.Equal((new Usd(20_000), Share.FromPercent(50)), (plan.Budget!.Monthly, plan.Budget.AlertAt.Single()));
    }

    [Fact]
    public void Servings_and_workloads_are_merged_by_name()
    {
        Write("x.yaml", """
            extends: base.yaml
            servings: [{ name: assistant, maxContextTokens: 4096 }]
            workloads:
              - { name: chat, demand: { scale: 40 } }
              - { name: more, team: support, serving: assistant, demand: { profile: azure-code-2023, scale: 1 } }
            """);

        var plan = Load("x.yaml");

        Assert.Equal(["chat", "index", "more"], plan.Workloads.Select(workload => workload.Name));
        Assert.Equal(new DemandSource.Profiled(A.Profile("azure-conv-2023"), 40), plan.Workloads[0].Demand);
        Assert.Equal(4096, plan.Servings[0].MaxContextTokens);
    }

    [Fact]
    public void Other_lists_and_growth_are_replaced()
    {
        Write("x.yaml", """
            extends: base.yaml
            growth: { points: { 2026-12: 1, 2027-12: 2 } }
            tags: { required: [team] }
            """);

        var plan = Load("x.yaml");

        Assert.IsType<Growth.Points>(plan.Growth);
        Assert.Equal(["team"], plan.Tags.Required.ToArray());
    }

    [Fact]
    public void Null_takes_an_inherited_key_away()
    {
        Write("x.yaml", "extends: base.yaml\nbudget: null\ngrowth: ~\n");

        var plan = Load("x.yaml");

        Assert.Null(plan.Budget);
        Assert.Equal(Growth.None, plan.Growth);
    }

    [Fact]
    public void A_chain_is_followed()
    {
        Write("middle.yaml", "extends: base.yaml\nheadroom: 50%\n");
        Write("x.yaml", "extends: middle.yaml\n");
        Assert.Equal(Share.FromPercent(50), Load("x.yaml").Headroom);
    }

    [Fact]
    public void A_problem_names_the_file_it_is_in()
    {
        Write("bad.yaml", PlanYaml.With("model: llama-3.1-8b", "model: llama-3.1-8"));
        Write("x.yaml", "extends: bad.yaml\nheadroom: 5\n");
        Assert.Equal(
            $"""
            {Path("x.yaml")}:2:11 headroom: "5" has no unit: write a percentage, as 5%
            {Path("bad.yaml")}:11:12 servings.assistant.model: unknown model "llama-3.1-8" (did you mean "llama-3.1-8b"?)
            """,
            Problems("x.yaml"));
    }

    [Fact]
    public void A_name_written_twice_in_one_file_is_refused_though_it_is_inherited()
    {
        Write("x.yaml", "extends: base.yaml\nworkloads:\n  - { name: chat }\n  - { name: chat, demand: { scale: 40 } }\n");
        Assert.StartsWith($"{Path("x.yaml")}:4:", Problems("x.yaml"), StringComparison.Ordinal);
        Assert.Contains("\"chat\" stands here twice; the first is on line 3", Problems("x.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_is_refused()
    {
        Write("a.yaml", "extends: b.yaml\n");
        Write("b.yaml", "extends: a.yaml\n");
        Assert.Equal($"{Path("b.yaml")}:1:10 extends: goes in a circle: a.yaml → b.yaml → a.yaml", Problems("a.yaml"));
    }

    [Fact]
    public void A_long_chain_is_refused()
    {
        Write("a.yaml", "extends: b.yaml\n");
        Write("b.yaml", "extends: c.yaml\n");
        Write("c.yaml", "extends: d.yaml\n");
        Write("d.yaml", "extends: base.yaml\n");
        Assert.Equal($"{Path("d.yaml")}:1:10 extends: is the 4th step of a chain; at most 3 are taken", Problems("a.yaml"));
    }

    [Theory]
    [InlineData("../base.yaml")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    public void A_base_elsewhere_is_refused(string name)
    {
        Write("x.yaml", $"extends: {name}\n");
        Assert.Equal(
            $"{Path("x.yaml")}:1:10 extends: \"{name}\" must be the name of a file beside this one, without a folder",
            Problems("x.yaml"));
    }

    [Fact]
    public void A_base_that_is_missing_is_named()
    {
        Write("x.yaml", "extends: bas.yaml\n");
        Assert.Equal($"{Path("x.yaml")}:1:10 extends: {Path("bas.yaml")}: no such file (did you mean \"base.yaml\"?)", Problems("x.yaml"));
    }

    [Fact]
    public void Text_that_comes_from_no_file_cannot_extend_one() => Assert.Equal(
        "x.yaml:1:10 extends: base.yaml: cannot be extended here: the plan does not come from a file",
        PlanYaml.Problems("extends: base.yaml\n"));

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private void Write(string name, string text) => File.WriteAllText(Path(name), text);

    private CapacityPlan Load(string name) => PlanFile.Load(Path(name), Catalog.Embedded);

    private string Problems(string name) => Assert.Throws<PlanException>(() => Load(name)).Message;
}
