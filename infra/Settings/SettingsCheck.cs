using System.Collections.Immutable;
using System.Text.RegularExpressions;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Settings;

/// <summary>What a fleet needs of the configuration and does not find, each with the command that mends it.</summary>
internal static partial class SettingsCheck
{
    private const string ImageExample = "ami-0123456789abcdef0";
    private const string GoogleImageExample = "projects/PROJECT/global/images/IMAGE";
    private const string EngineExample = "REPOSITORY@sha256:DIGEST";
    private const string GoogleEngineExample = "REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:DIGEST";

    public static ImmutableArray<string> Problems(FleetPlan fleet, StackSettings settings)
    {
        var regions = StandbyRegion.Places(fleet).ToList(); // What stands by needs its images as well: on the day there is no time to make them.
        var amazon = regions.Where(place => place.Cloud == CloudProvider.Aws).ToList();
        var google = regions.Where(place => place.Cloud == CloudProvider.Gcp).ToList();
        var problems = new List<string?>();

        var onMachines = fleet.Plan.Platform == Platform.Vm;
        problems.AddRange(amazon.Where(_ => onMachines).Select(place => Need(
            $"images.aws.{place.Region}",
            settings.AmazonImages.GetValueOrDefault(place.Region),
            AmazonImage(),
            "machine image of the region",
            ImageExample)));
        if (amazon.Count > 0 && onMachines)
        {
            problems.Add(Need(
                "images.awsRootDevice", settings.AmazonRootDevice, Device(), "root device of the AWS images", "/dev/xvda"));
        }

        if (amazon.Count > 0)
        {
            problems.Add(Need(
                "engineImage.aws",
                settings.AmazonEngineImage,
                AmazonEngine(),
                "engine's image in the account's registry, by digest",
                EngineExample));
        }

        if (google.Count > 0)
        {
            if (onMachines)
            {
                problems.Add(Need("images.gcp", settings.GoogleImage, GoogleImage(), "machine image, not a family", GoogleImageExample));
            }

            problems.Add(Need(
                "engineImage.gcp",
                settings.GoogleEngineImage,
                GoogleEngine(),
                "engine's image in Artifact Registry, by digest",
                GoogleEngineExample));
        }

        var trains = fleet.Servings.Where(serving => serving.Serving.FineTuning is not null).Select(serving => serving.Serving.Name).ToHashSet();
        if (amazon.Exists(place => Trains(place.Cloud)))
        {
            problems.Add(Need("trainingImage.aws", settings.AmazonTrainingImage, AmazonEngine(), "image that trains, in the account's registry, by digest", EngineExample));
        }

        if (google.Exists(place => Trains(place.Cloud)))
        {
            problems.Add(Need("trainingImage.gcp", settings.GoogleTrainingImage, GoogleEngine(), "image that trains, in Artifact Registry, by digest", GoogleEngineExample));
        }

        var routed = regions.Where(place => onMachines && RouterEntry.Of(fleet, place.Cloud, place.Region) is not null).ToList();
        problems.AddRange(routed.Where(place => place.Cloud == CloudProvider.Aws).Select(place => Need(
            $"routerImages.aws.{place.Region}",
            settings.AmazonRouterImages.GetValueOrDefault(place.Region),
            AmazonImage(),
            "machine image of the region's routers",
            ImageExample)));
        if (routed.Any(place => place.Cloud == CloudProvider.Aws))
        {
            problems.Add(Need(
                "routerImages.awsRootDevice", settings.AmazonRouterRootDevice, Device(), "root device of the routers' AWS images", "/dev/xvda"));
        }

        if (routed.Any(place => place.Cloud == CloudProvider.Gcp))
        {
            problems.Add(Need(
                "routerImages.gcp", settings.GoogleRouterImage, GoogleImage(), "machine image of routers, not a family", GoogleImageExample));
        }

        problems.AddRange(MonitorPlace.Of(fleet).Where(_ => onMachines).Select(place => (place.Cloud, place.Region)).Distinct().Select(place => place.Cloud == CloudProvider.Aws
            ? Need($"monitorImages.aws.{place.Region}", settings.AmazonMonitorImages.GetValueOrDefault(place.Region), AmazonImage(), "machine image of the region's monitors", ImageExample)
            : Need("monitorImages.gcp", settings.GoogleMonitorImage, GoogleImage(), "machine image of monitors, not a family", GoogleImageExample)));

        if (CloudBudget.Of(fleet).Any(budget => budget.Cloud == CloudProvider.Gcp))
        {
            problems.Add(Need(
                "billingAccount", settings.GoogleBillingAccount, BillingAccount(), "billing account of Google Cloud, for budget.alerts", "012345-6789AB-CDEF01"));
        }

        var pinned = fleet.Servings.Where(serving => serving.Serving.Weights is not null).Select(serving => serving.Serving.Name).ToHashSet();
        problems.AddRange(fleet.Provisioned.Where(pool => !pinned.Contains(pool.Serving)).Select(Artefact.KeyOf).Distinct().Order(StringComparer.Ordinal).Select(key => Need(
            $"weights[\"{key}\"]", settings.Weights.GetValueOrDefault(key), Revision(), "revision of the weights", "REVISION")));
        var made = regions.Where(place => fleet.Plan.NetworkIn(place.Cloud, place.Region) is null).ToList();
        problems.AddRange(made.Select(place => Need(
            $"networks[\"{place.Cloud.Name()}/{place.Region}\"]",
            settings.NetworkOf(place.Cloud, place.Region),
            null,
            "private network of 16 to 24 bits",
            "10.16.0.0/16")));
        problems.AddRange(Overlaps(made, settings));
        problems.AddRange(MonitorPlace.Of(fleet).Where(place => onMachines && place.Cloud == CloudProvider.Aws && settings.NetworkOf(place.Cloud, place.Region) is { } network
                && Cidr.TryParse(network, out var cidr) && cidr.PrefixLength > MonitorMachine.MostPrefixBits)
            .Select(place => $"{StackSettings.Namespace}:networks[\"aws/{place.Region}\"] has no room for monitors: give it a prefix of at most {MonitorMachine.MostPrefixBits} bits.").Distinct());
        problems.AddRange(regions.Except(made).Select(place => $"{place.Cloud.Name()}/{place.Region}").Where(settings.Networks.ContainsKey).Select(key =>
            $"{StackSettings.Namespace}:networks[\"{key}\"] lays out a network that the plan says is there already; take one of them away."));
        problems.AddRange(ClusterCheck.Problems(fleet, settings));
        return [.. problems.OfType<string>()];

        bool Trains(CloudProvider cloud) => fleet.Provisioned.Any(pool => pool.Cloud == cloud && trains.Contains(pool.Serving));

        string? Need(string key, string? value, Regex? form, string what, string example)
        {
            var good = value is not null && (form?.IsMatch(value) ?? Cidr.TryParse(value, out _));
            var state = value is null ? "not set" : $"'{value}', which is none";
            return good ? null
                : $"{StackSettings.Namespace}:{key} ({what}) is {state}; set it with: "
                    + $"pulumi config set --stack {settings.Stack} --path '{StackSettings.Namespace}:{key}' {example}";
        }
    }

    /// <summary>Networks that overlap can never be joined.</summary>
    private static IEnumerable<string> Overlaps(List<(CloudProvider Cloud, string Region)> regions, StackSettings settings)
    {
        var networks = regions
            .Select(place => (Key: $"{place.Cloud.Name()}/{place.Region}", Text: settings.NetworkOf(place.Cloud, place.Region)))
            .Where(network => network.Text is not null && Cidr.TryParse(network.Text, out _))
            .Select(network => (network.Key, Cidr: Cidr.Parse(network.Text!)))
            .ToList();
        return networks.SelectMany((first, i) => networks.Skip(i + 1)
            .Where(second => first.Cidr.Overlaps(second.Cidr))
            .Select(second =>
                $"{StackSettings.Namespace}:networks: {first.Key} ({first.Cidr}) and {second.Key} ({second.Cidr}) overlap."));
    }

    [GeneratedRegex("^ami-([0-9a-f]{8}|[0-9a-f]{17})$")]
    private static partial Regex AmazonImage();

    [GeneratedRegex("^/dev/[a-z0-9]+$")]
    private static partial Regex Device();

    [GeneratedRegex("^projects/[a-z0-9:.-]+/global/images/[a-z0-9-]+$")]
    private static partial Regex GoogleImage();

    [GeneratedRegex("^[a-z0-9][a-z0-9._/-]*@sha256:[0-9a-f]{64}$")]
    internal static partial Regex AmazonEngine();

    [GeneratedRegex("^[a-z0-9-]+-docker\\.pkg\\.dev/[a-z0-9:.-]+/[a-z0-9-]+/[a-zA-Z0-9._/-]+@sha256:[0-9a-f]{64}$")]
    internal static partial Regex GoogleEngine();

    [GeneratedRegex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$")]
    private static partial Regex BillingAccount();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Revision();
}
