using Gcp = Pulumi.Gcp;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>Google Cloud resources as people write them against the official SDK.</summary>
internal static class GcpProgram
{
    public static void Declare()
    {
        var provider = new Gcp.Provider("gcp-us-central1", new() { Project = "acme-prod", Region = "us-central1" });
        var options = new CustomResourceOptions { Provider = provider };
        _ = new Gcp.Projects.Service("compute", new() { ServiceName = "compute.googleapis.com" }, options);
        _ = new Gcp.Storage.Bucket("weights", new Gcp.Storage.BucketArgs
        {
            Location = "US-CENTRAL1",
            UniformBucketLevelAccess = true,
            Labels = { ["team"] = "ml" },
        }, options);
        _ = new Gcp.Compute.Address("edge", new() { Region = "us-central1", IPAddress = "10.0.0.9", AddressType = "INTERNAL" }, options);
        var reservation = new Gcp.Compute.Reservation("pool", new()
        {
            Zone = "us-central1-a",
            SpecificReservationRequired = true,
            SpecificReservation = new Gcp.Compute.Inputs.ReservationSpecificReservationArgs
            {
                Count = 2,
                InstanceProperties = new Gcp.Compute.Inputs.ReservationSpecificReservationInstancePropertiesArgs { MachineType = "a3-highgpu-8g" },
            },
        }, options);
        var template = new Gcp.Compute.RegionInstanceTemplate("pool", new Gcp.Compute.RegionInstanceTemplateArgs
        {
            Region = "us-central1",
            MachineType = "a3-highgpu-8g",
            Disks =
            {
                new Gcp.Compute.Inputs.RegionInstanceTemplateDiskArgs { SourceImage = "projects/acme/global/images/gpu", Boot = true, DiskSizeGb = 500 },
            },
            NetworkInterfaces = new Gcp.Compute.Inputs.RegionInstanceTemplateNetworkInterfaceArgs { Subnetwork = "nodes" },
            Scheduling = new Gcp.Compute.Inputs.RegionInstanceTemplateSchedulingArgs
            {
                OnHostMaintenance = "TERMINATE",
                AutomaticRestart = false,
                ProvisioningModel = "SPOT",
                Preemptible = true,
                InstanceTerminationAction = "STOP",
            },
            ReservationAffinity = new Gcp.Compute.Inputs.RegionInstanceTemplateReservationAffinityArgs
            {
                Type = "SPECIFIC_RESERVATION",
                SpecificReservation = new Gcp.Compute.Inputs.RegionInstanceTemplateReservationAffinitySpecificReservationArgs
                {
                    Key = "compute.googleapis.com/reservation-name",
                    Values = { reservation.Name },
                },
            },
            Metadata = { { "startup-script", "#!/bin/bash" } },
        }, options);
        var manager = new Gcp.Compute.RegionInstanceGroupManager("pool", new()
        {
            BaseInstanceName = "pool",
            Region = "us-central1",
            TargetSize = 2,
            Versions = { new Gcp.Compute.Inputs.RegionInstanceGroupManagerVersionArgs { InstanceTemplate = template.SelfLink } },
            DistributionPolicyTargetShape = "ANY_SINGLE_ZONE",
        }, options);
        Output<string> group = manager.InstanceGroup;
        _ = group;
    }

    public static Output<string> Project(InvokeOptions options) =>
        Gcp.Organizations.GetClientConfig.Invoke(options).Apply(config => config.Project);
}
