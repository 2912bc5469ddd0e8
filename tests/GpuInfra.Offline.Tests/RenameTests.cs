using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>A serving may get another name and keep its machines.</summary>
public class RenameTests
{
    [Fact]
    public async Task Whatever_a_renamed_serving_had_is_claimed_under_its_new_name()
    {
        using var sandbox = new Sandbox();
        foreach (var (file, from, to) in new[]
        {
            ("base.plan.yaml", "- name: assistant", "- name: helper\n    renamedFrom: assistant"),
            ("base.plan.yaml", "serving: assistant", "serving: helper"),
            ("prod.plan.yaml", "- name: embedder", "- name: texts-to-vectors\n    renamedFrom: embedder"),
            ("prod.plan.yaml", "serving: embedder", "serving: texts-to-vectors"),
        })
        {
            sandbox.Change(file, from, to);
        }

        var before = (await Prod.Record).Preview.Resources;
        var after = (await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"))).Preview.Resources;

        Assert.Equal(before.Length, after.Length);
        Assert.Contains(after, resource => resource.Name.StartsWith("helper-", StringComparison.Ordinal));
        var claimed = after.SelectMany(resource => resource.Options.Aliases.Append(resource.Urn)).ToHashSet(StringComparer.Ordinal);
        Assert.All(before, resource => Assert.Contains(resource.Urn, claimed));
    }
}
