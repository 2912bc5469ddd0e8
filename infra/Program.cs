using Pulumi;

namespace GpuInfra.Infra;

/// <summary>What <c>pulumi up</c> runs.</summary>
public static class Program
{
    /// <summary>Declares the stack's fleet.</summary>
    public static Task<int> Main() => Deployment.RunAsync(FleetProgram.Deploy);
}
