using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Storage;
using Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Copies what is written to a region's bucket to the one of the region that stands by, each hour. Deletions are not copied: what somebody deletes by mistake is still there.
/// Replication between buckets would be sooner as a rule, promises no time and leaves out what is there already.
/// </summary>
internal static class GoogleCopies
{
    private const string Hourly = "3600s";

    /// <summary>A day that is over: the first run is at the latest on the day after the job is made.</summary>
    private static readonly TransferJobScheduleScheduleStartDateArgs Past = new() { Year = 2026, Month = 1, Day = 1 };

    public static void Add(RegionFleet region, Bucket bucket, GoogleRegion copy, Resource parent)
    {
        var name = $"gpuinfra-{region.Region}-copies";
        var child = new CustomResourceOptions { Parent = parent };
        var agent = GetTransferProjectServiceAccount.Invoke(new GetTransferProjectServiceAccountInvokeArgs { Project = region.Account }, new InvokeOptions { Parent = parent })
            .Apply(account => account.Member); // Asking for it creates it.
        Output<string>[] granted =
        [
            Grant("read", bucket.Name, "roles/storage.objectViewer"),
            Grant("find", bucket.Name, "roles/storage.legacyBucketReader"),
            Grant("write", copy.Weights.BucketName, "roles/storage.objectUser"),
            Grant("find-copies", copy.Weights.BucketName, "roles/storage.legacyBucketReader"),
        ];
        _ = new TransferJob(Names.Fit(name, Names.GoogleAutoName), new TransferJobArgs
        {
            Description = $"Copies of {region.Region}'s data for {region.Settings.Project}/{region.Settings.Stack}",
            Project = region.Account,
            Schedule = new TransferJobScheduleArgs { ScheduleStartDate = Past, RepeatInterval = Hourly },
            TransferSpec = new TransferJobTransferSpecArgs
            {
                GcsDataSource = new TransferJobTransferSpecGcsDataSourceArgs { BucketName = Output.Tuple(bucket.Name, Output.All(granted)).Apply(both => both.Item1) },
                GcsDataSink = new TransferJobTransferSpecGcsDataSinkArgs { BucketName = copy.Weights.BucketName },
                ObjectConditions = new TransferJobTransferSpecObjectConditionsArgs { IncludePrefixes = region.CopiedFolders.Select(folder => $"{folder}/").ToList() },
                TransferOptions = new TransferJobTransferSpecTransferOptionsArgs { OverwriteWhen = "DIFFERENT" },
            },
        }, child);

        Output<string> Grant(string use, Output<string> on, string role) => new BucketIAMMember(
            $"{region.Name}-copies-{use}", new BucketIAMMemberArgs { Bucket = on, Role = role, Member = agent }, child).Id;
    }
}
