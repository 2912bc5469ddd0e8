using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>The router as read; its routes' names still have to be found.</summary>
internal sealed record RouterDraft(RouterPlan Router, Fields Fields);

/// <summary><c>router</c>.</summary>
internal static class RouterSection
{
    public static readonly PlanValue<RouteStrategy> Strategies = new ChoiceValue<RouteStrategy>(
        new("balanced", RouteStrategy.Balanced), new("cost", RouteStrategy.Cost), new("latency", RouteStrategy.Latency),
        new("quality", RouteStrategy.Quality), new("failover", RouteStrategy.Failover), new("rateLimitAware", RouteStrategy.RateLimitAware));

    private static readonly Key<RouteStrategy> Strategy = Key.Optional(
        "strategy", Strategies,
        "How servings choose among their pools: balanced, cost, latency, quality, failover or rateLimitAware.", RouteStrategy.Balanced);

    private static readonly Key<string> Zone = Key.Optional(
        "zone", Names.DnsName, "The private DNS zone in which the entries have their names, as (cloud)-(region).(zone).", RouterPlan.DefaultZone);

    /// <summary>What joins networks.</summary>
    public static readonly PlanValue<CloudLink> Links = new ChoiceValue<CloudLink>(new("none", CloudLink.None), new("existing", CloudLink.Existing));

    private static readonly Key<CloudLink> Link = Key.Optional(
        "link",
        Links,
        "What joins the networks of regions and clouds: existing says that you run a VPN or interconnect with routes both ways.",
        CloudLink.None);

    private static readonly Key<Share?> Absorb = Key.OptionalNumber(
        "absorb", Quantities.Percentage(0, 100),
        "Share of P95 demand that must be left after the loss of any single backend. Default: what the serving promises after the loss of a cloud.");

    private static readonly Key<string?> Certificate = Key.Optional(
        "certificate", Names.Secret, "Name of the secret that holds the entries' certificate, chain and key as PEM. Left out, HTTP inside the network.");

    public static readonly Key<ImmutableArray<KeyValuePair<string, RouteDraft>>> Routes = Key.Optional(
        "routes", new NamedValues<string, RouteDraft>(Names.Name(ServingSection.LongestName), RouteSection.Value), "What servings say about their routes, by serving.", []);

    public static readonly Key<ImmutableArray<KeyValuePair<string, RouterKey>>> Keys = Key.Optional(
        "keys", RouterKeySection.Value, "Keys of teams, by team: without any, nobody is asked who he is.", []);

    public static readonly Key<ImmutableArray<ApiBackend>> Apis = Key.Optional(
        "apis", new ListValue<ApiBackend>(ApiSection.Value, mayBeEmpty: true), "APIs that take no overflow and that servings may name in shadow and cascade.", []);

    public static readonly PlanValue<RouterDraft> Value = new Section<RouterDraft>(
        [Strategy, Zone, Link, Absorb, Certificate, Routes, Apis, Keys],
        fields => new RouterDraft(
            new RouterPlan
            {
                IsDeployed = true,
                Strategy = fields.Get(Strategy),
                Zone = fields.Get(Zone),
                Link = fields.Get(Link),
                Absorb = fields.Get(Absorb),
                Certificate = fields.Get(Certificate),
                Routes = [.. fields.Get(Routes).Select(route => route.Value.Named(route.Key, fields.Get(Apis))).OrderBy(route => route.Serving, StringComparer.Ordinal)],
                Apis = fields.Get(Apis),
                Keys = [.. fields.Get(Keys).Select(key => key.Value with { Team = key.Key }).OrderBy(key => key.Team, StringComparer.Ordinal)],
            },
            fields));

    /// <summary>Follows the names in the router's section, and refuses what cannot be routed.</summary>
    public static void Check(Fields plan, ImmutableArray<Serving> servings)
    {
        if (plan.Get(PlanSection.Router) is not { } draft)
        {
            return;
        }

        var teams = plan.Get(PlanSection.Teams).Select(team => team.Key).ToList();
        foreach (var key in draft.Router.Keys.Where(key => !teams.Contains(key.Team)))
        {
            draft.Fields.Refuse(Keys, $"unknown team \"{key.Team}\"{Suggestion.DidYouMean(key.Team, teams)}: a key belongs to a team of this plan");
        }

        var clouds = plan.Get(PlanSection.Clouds).Select(cloud => cloud.Cloud).ToList();
        BridgeRules.CheckApis(draft.Fields, Apis, draft.Router.Apis, clouds);
        var tiers = draft.Router.Keys.Select(key => key.Tier).OfType<string>().Distinct().ToList();
        foreach (var route in draft.Fields.Get(Routes))
        {
            if (servings.FirstOrDefault(serving => serving.Name == route.Key) is not { } from)
            {
                draft.Fields.Refuse(Routes, $"unknown serving \"{route.Key}\"{Suggestion.DidYouMean(route.Key, [.. servings.Select(serving => serving.Name)])}");
                continue;
            }

            RouteSection.Check(route.Value.Fields, from, servings, tiers);
            BridgeRules.CheckApis(route.Value.Fields, RouteSection.Overflow, route.Value.Route.Overflow, clouds);
            BridgeRules.Check(route.Value.Fields, from, route.Value.Route, draft.Router, servings);
        }
    }
}
