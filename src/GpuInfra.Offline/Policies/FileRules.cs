using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of file systems that machines share.</summary>
internal static class FileRules
{
    private const string AccessPoint = "aws:efs/accessPoint:AccessPoint";
    private const string Volume = "kubernetes:core/v1:PersistentVolume";
    private const string MountTarget = "aws:efs/mountTarget:MountTarget";

    /// <summary>A file system answers whoever reaches its port, so that it must be reached by few; EFS in its default mode grows slow just when many machines start.</summary>
    public static Policy<Evidence> SharedFiles { get; } = new(
        "shared-files",
        "file systems are reached through security groups or one network, and none of them slows down with use",
        "EFS: throughputMode elastic; mount targets and FSx: securityGroups of their own; Filestore: DIRECT_PEERING or PRIVATE_SERVICE_ACCESS with one network and NFS_V4_1; in clusters encryptInTransit, and readOnly where engines mount it.",
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
            AccessPoint => Values.Unless(resource.Inputs.At("posixUser") is not null, "whoever mounts it is who he says: no posixUser"),
            Volume => Values.Unless(
                resource.Inputs.TextAt("spec", "csi", "driver") != "efs.csi.aws.com" || resource.Inputs.TextAt("spec", "csi", "volumeAttributes", "encryptInTransit") == "true",
                "what pods read of it goes over the network as it is: encryptInTransit is not true"),
            _ => PodRules.PodsOf(resource).Where(pod => Shared(pod).Count > 0).ToList() is { Count: > 0 } pods ? pods.SelectMany(pod => Written(pod, Shared(pod))).Distinct() : null,
        }));

    /// <summary>Engines read what all of them share, and nobody but what fetches and what trains writes it.</summary>
    private static IEnumerable<string> Written(PropertyValue pod, HashSet<string?> shared) => PodRules.Containers(pod)
        .Where(container => container.TextAt("name") is not ("weights" or "training"))
        .Where(container => container.ListAt("volumeMounts").Any(mount => shared.Contains(mount.TextAt("name")) && mount.TextAt("readOnly") != "true"))
        .Select(container => $"{container.TextAt("name")} may change what other replicas read: its mount is not readOnly");

    private static HashSet<string?> Shared(PropertyValue pod) =>
        pod.ListAt("volumes").Where(volume => volume.At("persistentVolumeClaim") is not null).Select(volume => volume.TextAt("name")).ToHashSet();
}
