using System.Globalization;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.PubSub;
using Pulumi.Gcp.Storage;
using Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Copies what is written to a region's bucket to the one of the region that stands by, each hour. Deletions are not copied: what somebody deletes by mistake is still there.
/// Replication between buckets would be sooner as a rule, promises no time and leaves out what is there already.
/// </summary>
internal static class GoogleCopies
{
    /// <summary>Two runs, so that one failure is told once.</summary>
    private static readonly TimeSpan LeastLook = TimeSpan.FromHours(2);

    /// <summary>What alerts look back at most: Google's take a day.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(1);

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
        var topic = new Topic(Names.Fit(name, Names.GoogleAutoName), new TopicArgs { Labels = region.Tags.Shared.Labels }, child);
        var tells = new TopicIAMMember(Names.Fit(name, Names.GoogleAutoName), new TopicIAMMemberArgs { Topic = topic.Name, Role = "roles/pubsub.publisher", Member = agent }, child);
        var job = new TransferJob(Names.Fit(name, Names.GoogleAutoName), new TransferJobArgs
        {
            Description = $"Copies of {region.Region}'s data for {region.Settings.Project}/{region.Settings.Stack}",
            Project = region.Account,
            Schedule = new TransferJobScheduleArgs { ScheduleStartDate = Past, RepeatInterval = Hourly },
            NotificationConfig = new TransferJobNotificationConfigArgs
            {
                PubsubTopic = Output.Tuple(topic.Id, tells.Id).Apply(both => both.Item1),
                EventTypes = { "TRANSFER_OPERATION_SUCCESS" },
                PayloadFormat = "NONE",
            },
            TransferSpec = new TransferJobTransferSpecArgs
            {
                GcsDataSource = new TransferJobTransferSpecGcsDataSourceArgs { BucketName = Output.Tuple(bucket.Name, Output.All(granted)).Apply(both => both.Item1) },
                GcsDataSink = new TransferJobTransferSpecGcsDataSinkArgs { BucketName = copy.Weights.BucketName },
                ObjectConditions = new TransferJobTransferSpecObjectConditionsArgs { IncludePrefixes = region.CopiedFolders.Select(folder => $"{folder}/").ToList() },
                TransferOptions = new TransferJobTransferSpecTransferOptionsArgs { OverwriteWhen = "DIFFERENT" },
            },
        }, child);
        AddAlarms(region, name, topic, job, parent);

        Output<string> Grant(string use, Output<string> on, string role) => new BucketIAMMember(
            $"{region.Name}-copies-{use}", new BucketIAMMemberArgs { Bucket = on, Role = role, Member = agent }, child).Id;
    }

    /// <summary>
    /// A run that copied all that it found tells a topic, to which nobody listens; that none did for the plan's rpo is what falling behind is. Metrics of the job alone would not say so: a run that finds nothing new and
    /// one that does not start both count nothing (docs.cloud.google.com, Monitor transfer jobs, read 2026-11-29).
    /// </summary>
    private static void AddAlarms(RegionFleet region, string name, Topic topic, TransferJob job, Resource parent)
    {
        var recovery = region.CopiedTo!.Recovery;
        var alarms = new GoogleAlarms(Names.Fit(name, Names.GoogleAutoName), region, "copies-behind", region.Pools.Select(pool => pool.Pool), parent);
        var look = recovery.Rpo < LongestLook ? recovery.Rpo : LongestLook;
        alarms.OnFigures(
            "behind",
            $"No run has copied all of {region.Region}'s data to {recovery.Region} for as long as the plan's rpo",
            Output.Format($"(sum(increase(pubsub_googleapis_com:topic_send_request_count{{topic_id=\"{topic.Name}\"}}[{Minutes(look)}m])) or vector(0)) < 1"));
        alarms.OnFigures(
            "failed",
            $"Something of {region.Region}'s data could not be copied to {recovery.Region}",
            Output.Format($"sum(increase(storagetransfer_googleapis_com:transferjob_error_count{{job_id=~\"(transferJobs/)?{job.Name.Apply(Id)}\"}}[{Minutes(LeastLook)}m])) > 0"));

        static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];

        static string Minutes(TimeSpan time) => ((int)time.TotalMinutes).ToString(CultureInfo.InvariantCulture);
    }
}
