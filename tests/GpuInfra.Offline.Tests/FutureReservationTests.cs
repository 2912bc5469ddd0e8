using GpuInfra.Offline.Policies;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>Future reservations of the ledger, followed into production's record.</summary>
public sealed class FutureReservationTests
{
    private const string Type = ResourceTypes.FutureReservation;

    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(() => RunAsync());

    /// <summary>Production with a draft.</summary>
    internal static Task<PreviewRecord> Drafted => Lazy.Value;

    [Fact]
    public async Task Pitfall_21_it_is_a_draft_without_accelerators_that_costs_nothing_and_changes_no_fleet()
    {
        var (record, prod) = (await Drafted, await Prod.Record);

        var asked = Assert.Single(record.Managed, resource => resource.Type == Type);
        Assert.Equal(("DRAFT", "DELETE", "us-central1-a", "true"), (asked.Inputs.TextAt("planningStatus"), asked.Inputs.TextAt("deletionPolicy"), asked.Inputs.TextAt("zone"), asked.Inputs.TextAt("specificReservationRequired")));
        Assert.Equal(("2027-03-01T00:00:00Z", "2027-05-01T00:00:00Z"), (asked.Inputs.TextAt("timeWindow", "startTime"), asked.Inputs.TextAt("timeWindow", "endTime")));
        Assert.Equal(("4", "a3-megagpu-8g"), (asked.Inputs.TextAt("specificSkuProperties", "totalCount"), asked.Inputs.TextAt("specificSkuProperties", "instanceProperties", "machineType")));
        Assert.Null(asked.Inputs.At("specificSkuProperties", "instanceProperties", "guestAccelerators"));
        Assert.False(asked.Options.Protect || asked.Options.RetainOnDelete);
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        Assert.Equal((prod.Fleet.PlanHash, prod.Costs.Monthly), (record.Fleet.PlanHash, record.Costs.Monthly));
        Assert.DoesNotContain(record.Fleet.Warnings, warning => warning.Contains("future reservation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_approval_submits_it_and_it_is_protected_retained_and_told_of()
    {
        var record = await RunAsync(approved: true);

        var asked = Assert.Single(record.Managed, resource => resource.Type == Type);
        Assert.Equal(("SUBMITTED", "PREVENT", "h100-spring"), (asked.Inputs.TextAt("planningStatus"), asked.Inputs.TextAt("deletionPolicy"), asked.Inputs.TextAt("name")));
        Assert.True(asked.Options.Protect && asked.Options.RetainOnDelete);
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        Assert.Contains(record.Fleet.Warnings, warning => warning.StartsWith("the future reservation h100-spring is submitted: $351,360.00 from 2027-03-01 to 2027-04-30", StringComparison.Ordinal));
        Assert.Contains(record.Costs.Unpriced, line => line.ToString().Contains("future reservation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_nobody_agreed_to_or_that_could_be_lost_is_caught()
    {
        var (draft, submitted) = (await Drafted, await RunAsync(approved: true));

        Assert.Contains(ApprovalRules.Approved.Find(draft.With(Type, "", Text("SUBMITTED"), "planningStatus")), finding => finding.Detail.Contains("nobody agreed to h100-spring", StringComparison.Ordinal));
        Assert.NotEmpty(ApprovalRules.Approved.Find(draft.With(Type, "", null, "planningStatus"))); // Whatever the provider takes that for.
        Assert.NotEmpty(ApprovalRules.Approved.Find(submitted.With(Type, "", Text("another"), "name")));
        Assert.NotEmpty(LossRules.IrrevocableProtected.Find(submitted.Changed(Type, "", resource => resource with { Options = resource.Options with { Protect = false } })));
        Assert.Contains(LossRules.DeletionProtection.Find(submitted.Changed(Type, "", resource => resource with { Options = resource.Options with { RetainOnDelete = false } })), finding => finding.Detail.Contains("not retained", StringComparison.Ordinal));
        Assert.NotEmpty(LossRules.DeletionProtection.Find(submitted.With(Type, "", Text("DELETE"), "deletionPolicy")));
    }

    [Fact]
    public async Task Other_stacks_lines_are_not_this_ones()
    {
        Assert.DoesNotContain((await RunAsync(stack: "staging")).Managed, resource => resource.Type == Type);
    }

    private static async Task<PreviewRecord> RunAsync(bool approved = false, string stack = "prod")
    {
        using var sandbox = new Sandbox();
        if (approved)
        {
            Directory.CreateDirectory(sandbox.Stacks("approvals"));
            await File.WriteAllTextAsync(sandbox.Stacks("approvals/h100.yaml"), "version: 1\noffering: h100-spring\npriceCap: $400k\napprovedBy: cfo@example.com\napprovedOn: 2026-11-01\nexpires: 2027-01-31\n");
        }

        sandbox.Change("reservations.yaml", "reservations: []", $"""
            reservations: []
            futureReservations:
              - name: h100-spring
                stack: {stack}
                project: acme-gpu-prod
                region: us-central1
                zone: us-central1-a
                instanceType: a3-megagpu-8g
                count: 4
                start: 2027-03-01
                end: 2027-04-30
                hourlyUsd: $60
                {(approved ? "approval: h100.yaml" : "")}
            """);
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
