using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Kubernetes.Storage.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Storage.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>The disks that pods may ask for, by the region's key. It is the cluster's default, and the clouds' own, without our key, stay unused.</summary>
internal static class ClusterStorage
{
    /// <summary>Its name.</summary>
    public const string Name = "encrypted";

    /// <summary>Adds it.</summary>
    /// <param name="place">The cluster.</param>
    /// <param name="key">The region's key: an ARN on AWS, a name on Google Cloud.</param>
    /// <param name="options">Whose it is.</param>
    public static void Add(ClusterPlace place, Output<string> key, CustomResourceOptions options)
    {
        var isAws = place.Region.Cloud == CloudProvider.Aws;
        _ = new StorageClass($"{place.Region.Name}-{Name}", new StorageClassArgs
        {
            Metadata = new ObjectMetaArgs { Name = Name, Annotations = { ["storageclass.kubernetes.io/is-default-class"] = "true" } },
            Provisioner = isAws ? "ebs.csi.aws.com" : "pd.csi.storage.gke.io",
            Parameters = isAws
                ? new InputMap<string> { ["type"] = "gp3", ["encrypted"] = "true", ["kmsKeyId"] = key }
                : new InputMap<string> { ["type"] = "pd-balanced", ["disk-encryption-kms-key"] = key },
            VolumeBindingMode = "WaitForFirstConsumer",
            AllowVolumeExpansion = true,
            ReclaimPolicy = place.Region.Protect ? "Retain" : "Delete",
        }, options);
    }
}
