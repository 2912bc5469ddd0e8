using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class StackPlansTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public void Every_stack_has_a_plan_for_its_own_environment(string stack)
    {
        var plan = PlanFile.Load(Path.Combine(Repository.Root, "stacks", $"{stack}.plan.yaml"), Catalog.Embedded);

        Assert.Equal(stack, plan.Environment.ToString().ToLowerInvariant());
        Assert.NotNull(plan.Budget);
        Assert.All(plan.Workloads, workload => Assert.NotNull(workload.Team));
    }
}
