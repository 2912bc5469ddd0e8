using Pulumi;
using Pulumi.Gcp.Organizations;

namespace GpuInfra.Infra.Google;

/// <summary>
/// The project that the caller works in, by <c>gcp:project</c>, the environment or the credentials. A Google credential may work in
/// many projects, so the provider cannot tell a mistaken one as AWS's does by account: it is compared here, before anything is made.
/// </summary>
internal static class CallersProject
{
    /// <summary>The plan's project; an error for a caller that says another one. Who says none cannot be mistaken about it.</summary>
    public static Output<string> Checked(string project, string stack) => GetClientConfig.Invoke().Apply(caller =>
        string.IsNullOrEmpty(caller.Project) || caller.Project == project
            ? project
            : throw new RunException(
                $"clouds.gcp.project: the plan is for {project}, and the caller works in {caller.Project}; sign in for {project}, "
                + $"or, when these credentials may work there, say so with: pulumi config set --stack {stack} gcp:project {project}"));
}
