namespace GpuInfra.Cli.Tests;

public sealed class InitTests : IDisposable
{
    private static readonly string[] Asked = ["--model", "llama-3.1-8b", "--start", "2026-12", "--owner", "me@example.com"];

    private readonly string _project = Directory.CreateTempSubdirectory("gpuinfra-init").FullName;

    public InitTests() => File.Copy(Path.Combine(Repository.Root, "Pulumi.yaml"), Path.Combine(_project, "Pulumi.yaml"));

    public void Dispose() => Directory.Delete(_project, recursive: true);

    [Theory]
    [InlineData("--aws", "111122223333/us-east-1")]
    [InlineData("--gcp", "acme-gpu/us-central1")]
    [InlineData("--aws", "111122223333/us-east-1,us-west-2", "--gcp", "acme-gpu/us-central1", "--scale", "2.5")]
    [InlineData("--aws", "111122223333/us-east-1", "--daily", "800M,200M,1M,3", "--environment", "staging")]
    [InlineData("--gcp", "acme-gpu/us-central1", "--environment", "prod")]
    public async Task A_new_stack_previews_as_it_was_written(params string[] places)
    {
        var made = await InitAsync(places);
        Assert.Equal((0, $"{Written("trial.plan.yaml")}{Written("Pulumi.trial.yaml")}"), (made.Code, made.Error));
        Assert.Contains("Next: gpuinfra preview --stack trial", made.Out, StringComparison.Ordinal);

        var preview = await Cli.In(_project, "preview", "--stack", "trial");
        Assert.Equal(0, preview.Code);
        Assert.Contains("llama-3.1-8b", preview.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_given_is_asked_for_and_the_answers_make_the_same_stack_as_options()
    {
        var asked = await Cli.Answering(_project, ["llama-3.1-8b", "2026-12", "me@example.com", "111122223333/us-east-1", "", "800M,200M,1M,3"], "init", "asked", "--ask");
        Assert.Equal(0, asked.Code);
        Assert.Contains("The model to serve", asked.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("The model to serve", asked.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.In(_project, "preview", "--stack", "asked")).Code);

        Assert.Equal(0, (await InitAsync("--aws", "111122223333/us-east-1", "--daily", "800M,200M,1M,3")).Code);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(_project, "stacks", "trial.plan.yaml")),
            (await File.ReadAllTextAsync(Path.Combine(_project, "stacks", "asked.plan.yaml"))).Replace("asked", "trial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_what_is_missing_is_asked_for_and_no_answer_is_an_error()
    {
        var asked = await Cli.Answering(_project, ["", ""], ["init", "trial", "--ask", .. Asked, "--aws", "111122223333/us-east-1"]);
        Assert.Equal(0, asked.Code);
        Assert.DoesNotContain("The model to serve", asked.Error, StringComparison.Ordinal);

        var silent = await Cli.Answering(_project, [], "init", "silent", "--ask");
        Assert.Equal(1, silent.Code);
        Assert.Contains("--model is asked for, and there is no answer", silent.Error.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var nowhere = await Cli.Answering(_project, ["", "", ""], ["init", "nowhere", "--ask", .. Asked]);
        Assert.Contains("a stack needs --aws", nowhere.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_exists_is_not_written_over()
    {
        Directory.CreateDirectory(Path.Combine(_project, "stacks"));
        var configuration = Path.Combine(_project, "stacks", "Pulumi.trial.yaml");
        File.WriteAllText(configuration, "config: {}\n");

        var refused = await InitAsync("--aws", "111122223333/us-east-1");

        Assert.Equal(1, refused.Code);
        Assert.Contains("nothing is written over", refused.Error, StringComparison.Ordinal);
        Assert.Equal("config: {}\n", File.ReadAllText(configuration));
        Assert.False(File.Exists(Path.Combine(_project, "stacks", "trial.plan.yaml")));
    }

    [Fact]
    public async Task Every_mistake_is_told_where_it_would_stand_and_nothing_is_written()
    {
        var refused = await Cli.In(
            _project, "init", "trial", "--model", "lama-3.1-8b", "--start", "2026-13", "--owner", "me@example.com", "--aws", "111122223333/us-est-1", "--scale", "1, x: 2");

        Assert.Equal(1, refused.Code);
        Assert.All(
            new[] { "start: \"2026-13\" is not a month", "did you mean \"us-east-1\"?", "did you mean \"llama-3.1-8b\"?", "demand.x: unknown key" },
            part => Assert.Contains(part, refused.Error, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_project, "*trial*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../x", "is no name of a stack")]
    [InlineData("1st", "is no name of a stack")]
    public async Task A_name_that_no_file_should_have_is_refused(string name, string told)
    {
        var refused = await Cli.In(_project, ["init", name, .. Asked, "--aws", "111122223333/us-east-1"]);

        Assert.Equal(1, refused.Code);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give --aws", "--scale", "2")]
    [InlineData("not both", "--aws", "111122223333/us-east-1", "--scale", "2", "--daily", "1M,1M,1k,2")]
    public async Task Wrong_usage_is_told_as_such(string told, params string[] options)
    {
        var refused = await InitAsync(options);

        Assert.Equal(2, refused.Code);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    private Task<Ran> InitAsync(params string[] places) => Cli.In(_project, ["init", "trial", .. Asked, .. places]);

    private string Written(string name) => $"Wrote {Path.Combine(_project, "stacks", name)}{Environment.NewLine}";
}
