using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of file systems that machines share.</summary>
internal static class FileRules
{
    private const string MountTarget = "aws:efs/mountTarget:MountTarget";

    /// <summary>A file system answers whoever reaches its port, so that it must be reached by few; EFS in its default mode grows slow just when many machines start.</summary>
    public static Policy<Evidence> SharedFiles { get; } = new(
        "shared-files",
        "file systems are reached through security groups or one network, and none of them slows down with use",
        "EFS: throughputMode elastic; mount targets and FSx: securityGroups of their own; Filestore: DIRECT_PEERING or PRIVATE_SERVICE_ACCESS with one network and NFS_V4_1.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.Efs => Values.Unless(resource.Inputs.TextAt("throughputMode") is "elastic" or "provisioned", "its throughput is what it has saved up: throughputMode is bursting"),
            MountTarget => Values.Unless(resource.Inputs.ListAt("securityGroups").Any(), "it has the network's default security group"),
            ResourceTypes.Fsx => Values.Unless(resource.Inputs.ListAt("securityGroupIds").Any(), "it has the network's default security group"),
            ResourceTypes.Filestore =>
            [
                .. Values.Unless(
                    resource.Inputs.ListAt("networks").ToList() is [var network] && network.TextAt("connectMode") is null or "DIRECT_PEERING" or "PRIVATE_SERVICE_ACCESS",
                    "it is reached from more than one network"),
                .. Values.Unless(resource.Inputs.TextAt("protocol") == "NFS_V4_1", "protocol is not NFS_V4_1: the older one asks machines on ports that are not known before"),
            ],
            _ => null,
        }));
}
