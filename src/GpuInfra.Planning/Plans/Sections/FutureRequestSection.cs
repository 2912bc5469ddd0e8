using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of a ledger's <c>futureReservations</c>.</summary>
internal static class FutureRequestSection
{
    private static readonly Key<string> Name = Key.Required(
        "name", Names.Line("a name of Google Cloud, as h100-spring", 60, "^[a-z]([a-z0-9-]*[a-z0-9])?$"), "Its name, and that of the reservation that it becomes.");

    private static readonly Key<string> Stack = Key.Required("stack", Names.Name(40), "The one stack that asks for it.");

    private static readonly Key<string> Project = Key.Required(
        "project", Names.Line("a Google Cloud project id", 30, "^[a-z][a-z0-9-]{4,28}[a-z0-9]$"), "The Google Cloud project id. AWS has no such reservations: its Capacity Blocks are bought by hand.");

    private static readonly Key<string> Region = Key.Required("region", Names.AnyRegion, "The region.");

    private static readonly Key<string> Zone = Key.Required("zone", Names.Line("a zone, as us-central1-a", 40, "^[a-z0-9-]+$"), "The zone.");

    private static readonly Key<string> InstanceType = Key.Required("instanceType", Names.InstanceType, "The type of its machines, which brings its GPUs.");

    private static readonly Key<int> Count = Key.Required("count", Quantities.WholeNumber(1, 100_000), "How many machines.");

    private static readonly Key<DateOnly> Start = Key.Required("start", Moments.Day, "Its first day, as 2027-03-01.");

    private static readonly Key<DateOnly> End = Key.Required("end", Moments.Day, "Its last day.");

    private static readonly Key<Usd> Hourly = Key.Required("hourlyUsd", Quantities.Money("$0", "$10k"), "What a machine costs for an hour of it, used or not.");

    private static readonly Key<Approval?> Agreed = Key.Optional(
        "approval", ApprovalSection.Value, "The file in approvals/ that says who agreed that it is submitted: accepted, it is paid for its whole time. Left out, it stays a draft.");

    public static readonly Section<FutureRequest> Value = new([Name, Stack, Project, Region, Zone, InstanceType, Count, Start, End, Hourly, Agreed], Build);

    private static FutureRequest Build(Fields fields)
    {
        var request = new FutureRequest
        {
            Name = fields.Get(Name),
            Stack = fields.Get(Stack),
            Project = fields.Get(Project),
            Region = fields.Get(Region),
            Zone = fields.Get(Zone),
            InstanceType = fields.Get(InstanceType),
            Count = fields.Get(Count),
            Start = fields.Get(Start),
            End = fields.Get(End),
            Hourly = new UsdPerHour(fields.Get(Hourly).Amount),
            Approval = fields.Get(Agreed),
            Location = fields.At.Location,
        };
        var timed = fields.IsSound(Start) && fields.IsSound(End);
        if (timed && request.End < request.Start)
        {
            fields.Refuse(End, "is before its start");
        }
        else if (timed && fields.IsSound(Count) && fields.IsSound(Hourly) && fields.IsSound(Name) && fields.IsSound(Agreed) && request.Approval is { } approval)
        {
            CheckApproval(fields, request, approval);
        }

        CheckPlace(fields, request);
        return request;
    }

    private static void CheckApproval(Fields fields, FutureRequest request, Approval approval)
    {
        if (approval.Offering != request.Name)
        {
            fields.Refuse(Agreed, $"agrees to {approval.Offering}, and this is {request.Name}: the offering of an approval is the request's name");
        }

        if (request.Total.CompareTo(approval.PriceCap) > 0)
        {
            fields.Refuse(Agreed, $"the whole of it costs {request.Total}, more than the priceCap of {approval.PriceCap}");
        }
    }

    private static void CheckPlace(Fields fields, FutureRequest request)
    {
        if (!fields.IsSound(Region) || !fields.IsSound(InstanceType) || !fields.IsSound(Zone))
        {
            return;
        }

        var catalog = fields.At.Reading.Catalog;
        var regions = catalog.Regions(CloudProvider.Gcp).ToList();
        var offer = catalog.OffersIn(CloudProvider.Gcp, request.Region).FirstOrDefault(offer => offer.InstanceType == request.InstanceType);
        if (!regions.Contains(request.Region))
        {
            fields.Refuse(Region, $"the catalog has no offers of gcp in \"{request.Region}\"{Suggestion.DidYouMean(request.Region, regions)}");
        }
        else if (offer is null)
        {
            var types = catalog.OffersIn(CloudProvider.Gcp, request.Region).Select(other => other.InstanceType).ToList();
            fields.Refuse(InstanceType, $"the catalog has no \"{request.InstanceType}\" in {request.Region}{Suggestion.DidYouMean(request.InstanceType, types)}");
        }
        else if (request.InstanceType.Contains('+', StringComparison.Ordinal))
        {
            fields.Refuse(InstanceType, "has its GPUs attached, with which the provider cannot make a future reservation (terraform-provider-google#25783): ask for a type that brings them, or ask by hand");
        }
        else if (!request.Zone.StartsWith(request.Region + "-", StringComparison.Ordinal))
        {
            fields.Refuse(Zone, $"is not in {request.Region}");
        }
    }
}
