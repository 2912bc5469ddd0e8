using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>What machines of which several make a replica may do with the objects through which they find each other: write those of their region's pools, and no others.</summary>
internal static class GoogleRendezvous
{
    /// <summary>Lets machines write them; they read the whole bucket.</summary>
    public static void Allow(RegionFleet region, GoogleWeights weights, Output<string> machines, Resource parent) => Give(
        $"{region.Name}-{ReplicaSource.Folder}", "roles/storage.objectUser", weights, machines, "only where replicas meet",
        ReplicaSource.Folders(region).Select(folder => Below(weights, folder)), parent);

    /// <summary>Lets routers look who the head of each replica is: list and read.</summary>
    public static void Look(string name, RegionFleet region, GoogleWeights weights, Output<string> routers, Resource parent) => Give(
        $"{name}-{ReplicaSource.Folder}", "roles/storage.objectViewer", weights, routers, "only where replicas meet",
        ReplicaSource.Folders(region).Select(folder => Below(weights, folder))
            .Append(Output.Create($"api.getAttribute(\"storage.googleapis.com/objectListPrefix\", \"\").startsWith(\"{ReplicaSource.Folder}/\")")), parent);

    private static void Give(string name, string role, GoogleWeights weights, Output<string> member, string title, IEnumerable<Output<string>> where, Resource parent) => _ = new BucketIAMMember(name, new BucketIAMMemberArgs
    {
        Bucket = weights.BucketName,
        Role = role,
        Member = member,
        Condition = new StorageInputs.BucketIAMMemberConditionArgs { Title = title, Expression = Output.All(where).Apply(parts => string.Join(" || ", parts)) },
    }, new CustomResourceOptions { Parent = parent });

    private static Output<string> Below(GoogleWeights weights, string folder) =>
        Output.Format($"resource.name.startsWith(\"projects/_/buckets/{weights.BucketName}/objects/{folder}/\")");
}
