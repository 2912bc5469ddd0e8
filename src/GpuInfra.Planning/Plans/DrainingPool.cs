namespace GpuInfra.Planning.Plans;

/// <summary>
/// A pool that the fleet no longer needs and that keeps its machines while its successor is made: the first of the two steps in which a
/// pool leaves. It carries none of the planned demand, survives no loss, and is paid for.
/// </summary>
/// <param name="Pool">Its id, as <c>chat-aws-us-east-1-ondemand-h100-80gb</c>.</param>
/// <param name="InstanceType">The instance type it runs on.</param>
/// <param name="Instances">Machines that it keeps, at least 1.</param>
public sealed record DrainingPool(string Pool, string InstanceType, int Instances)
{
    /// <summary>Where the plan says so.</summary>
    public PlanLocation Location { get; init; } = PlanLocation.Unknown;

    /// <summary>A problem of it.</summary>
    public PlanProblem Problem(string message) => Location.Problem("draining", $"{Pool} {message}");
}
