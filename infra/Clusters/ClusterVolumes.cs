using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>File systems that pods of a region share, which are there already when a cluster hears of them: a volume and the one claim to it, each by its use.</summary>
internal static class ClusterVolumes
{
    private const string Driver = "efs.csi.aws.com";

    /// <summary>The claim's name, and the volume's in a pod.</summary>
    public static string Of(FilesUse use) => $"files-{use.Name()}";

    /// <summary>Adds them.</summary>
    /// <param name="place">The cluster.</param>
    /// <param name="handles">How the driver finds each.</param>
    /// <param name="options">Whose they are; after the namespace of engines.</param>
    public static void Add(ClusterPlace place, IReadOnlyDictionary<FilesUse, Output<string>> handles, CustomResourceOptions options)
    {
        foreach (var system in place.Region.Files)
        {
            var name = $"{place.Region.Name}-{Of(system.Use)}";
            var size = FormattableString.Invariant($"{system.SizeGib}Gi"); // Kubernetes wants one; it limits nothing.
            var volume = new PersistentVolume(name, new PersistentVolumeArgs
            {
                Metadata = new ObjectMetaArgs { Name = name },
                Spec = new PersistentVolumeSpecArgs
                {
                    AccessModes = { "ReadWriteMany" },
                    Capacity = { ["storage"] = size },
                    PersistentVolumeReclaimPolicy = "Retain",
                    StorageClassName = "", // None makes one in its place.
                    ClaimRef = new ObjectReferenceArgs { Kind = "PersistentVolumeClaim", Namespace = ClusterNames.Serving, Name = Of(system.Use) },
                    Csi = new CSIPersistentVolumeSourceArgs { Driver = Driver, VolumeHandle = handles[system.Use], VolumeAttributes = { ["encryptInTransit"] = "true" } },
                },
            }, options);
            _ = new PersistentVolumeClaim(name, new PersistentVolumeClaimArgs
            {
                Metadata = new ObjectMetaArgs { Name = Of(system.Use), Namespace = ClusterNames.Serving },
                Spec = new PersistentVolumeClaimSpecArgs
                {
                    AccessModes = { "ReadWriteMany" },
                    Resources = new VolumeResourceRequirementsArgs { Requests = { ["storage"] = size } },
                    StorageClassName = "",
                    VolumeName = volume.Metadata.Apply(metadata => metadata.Name),
                },
            }, options);
        }
    }
}
