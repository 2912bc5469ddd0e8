using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests;

public class FleetPreviewTests
{
    private static ProjectDirectory Project => ProjectDirectory.At(Repository.Root)!;

    [Fact]
    public async Task Previewing_twice_gives_the_same_bytes() =>
        Assert.Equal(PreviewJson.ToJson(await Prod.RunAsync("prod")), PreviewJson.ToJson(await Prod.RunAsync("prod")));

    [Fact]
    public async Task The_stacks_own_plan_previews_the_same_as_a_file()
    {
        var file = PlanSource.OfFile(Project, Path.Combine(Project.StacksDirectory, "staging.plan.yaml"));
        Assert.Equal("staging", file.Stack);
        Assert.Equal(PreviewJson.ToJson(await Prod.RunAsync("staging")), PreviewJson.ToJson(await FleetPreview.RunAsync(file)));
    }

    [Fact]
    public async Task A_record_hides_secrets_and_marks_what_is_not_known()
    {
        using var record = JsonDocument.Parse(PreviewJson.ToJson(await Prod.RunAsync("staging")));
        var group = record.RootElement.GetProperty("resources").EnumerateArray()
            .First(resource => resource.GetProperty("type").GetString() == "aws:autoscaling/group:Group");
        Assert.True(group.GetProperty("inputs").GetProperty("launchTemplate").GetProperty("id").GetProperty("unknown").GetBoolean());
    }

    [Fact]
    public async Task A_plan_outside_a_project_cannot_be_previewed()
    {
        var source = PlanSource.OfFile(null, Path.Combine(Project.StacksDirectory, "prod.plan.yaml"));
        var refused = await Assert.ThrowsAsync<PlanException>(() => FleetPreview.RunAsync(source));
        Assert.Contains("--root", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_is_found_from_any_directory_below_it()
    {
        Assert.Equal(Project.Root, ProjectDirectory.Above(AppContext.BaseDirectory)?.Root);
        Assert.Null(ProjectDirectory.At(Path.Combine(Repository.Root, "src")));
        Assert.Equal(["dev", "prod", "staging"], Project.Stacks);
    }
}
