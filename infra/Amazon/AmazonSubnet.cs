using Pulumi;

namespace GpuInfra.Infra.Amazon;

/// <summary>Where machines of a zone start.</summary>
/// <param name="Id">The subnet's id.</param>
/// <param name="ZoneName">The zone's name in this account; its id is the same in all.</param>
internal sealed record AmazonSubnet(Output<string> Id, Output<string> ZoneName);
