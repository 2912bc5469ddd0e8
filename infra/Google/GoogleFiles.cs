using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Filestore.Inputs;
using Pulumi.Gcp.Lustre.Inputs;
using Pulumi.Gcp.ServiceNetworking;
using Filestore = Pulumi.Gcp.Filestore;
using Lustre = Pulumi.Gcp.Lustre;

namespace GpuInfra.Infra.Google;

/// <summary>File systems that the machines of a region share, under its key, in its network alone.</summary>
internal sealed class GoogleFiles : ComponentResource
{
    private const string Share = "files";

    /// <summary>MB/s for each TiB.</summary>
    private const string LustreRate = "1000";

    /// <summary>Managed Lustre asks for 23 bits or fewer of its own (docs.cloud.google.com, Managed Lustre, VPC, read 2026-11-29).</summary>
    private const int LustrePrefixBits = 22;

    private readonly Dictionary<FilesUse, Output<string>> _addresses = [];

    public GoogleFiles(RegionFleet region, GoogleNetwork network, GoogleKey key, ComponentResourceOptions options)
        : base("gpuinfra:google:Files", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var kept = new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect };
        foreach (var system in region.Files)
        {
            var name = Names.Fit($"gpuinfra-{region.Region}-{system.Use.Name()}", Names.GoogleAutoName);
            _addresses[system.Use] = system.Kind == FileSystemKind.Lustre ? MakeLustre(name, system) : MakeFilestore(name, system);
        }

        RegisterOutputs();

        Output<string> MakeFilestore(string name, SharedFileSystem system)
        {
            var made = new Filestore.Instance(name, new Filestore.InstanceArgs
            {
                Tier = "REGIONAL",
                Location = region.Region,
                Protocol = "NFS_V4_1", // One port, always asked by the machine.
                FileShares = new InstanceFileSharesArgs { Name = Share, CapacityGb = system.SizeGib },
                Networks =
                {
                    new InstanceNetworkArgs { Network = network.NetworkId, Modes = { "MODE_IPV4" }, ConnectMode = "DIRECT_PEERING" },
                },
                KmsKeyName = key.ForFiles!,
                DeletionProtectionEnabled = region.Protect,
                Labels = region.Tags.Shared.Labels,
            }, kept);
            return made.Networks.Apply(networks => $"{networks[0].IpAddresses[0]}:/{Share}");
        }

        Output<string> MakeLustre(string name, SharedFileSystem system)
        {
            var range = new GlobalAddress(name, new GlobalAddressArgs
            {
                Network = network.NetworkId,
                Purpose = "VPC_PEERING",
                AddressType = "INTERNAL",
                PrefixLength = LustrePrefixBits,
                Labels = region.Tags.Shared.Labels,
            }, child);
            var peering = new Connection(name, new ConnectionArgs
            {
                Network = network.NetworkId,
                Service = "servicenetworking.googleapis.com",
                ReservedPeeringRanges = { range.Name },
            }, child);
            var made = new Lustre.Instance(name, new Lustre.InstanceArgs
            {
                InstanceId = name,
                Filesystem = Share,
                Location = system.Zone!,
                CapacityGib = system.SizeGib.ToString(System.Globalization.CultureInfo.InvariantCulture),
                PerUnitStorageThroughput = LustreRate,
                Network = network.NetworkId,
                KmsKey = key.ForFiles!,
                AccessRulesOptions = new InstanceAccessRulesOptionsArgs { DefaultSquashMode = "NO_SQUASH" },
                Labels = region.Tags.Shared.Labels,
            }, new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect, DependsOn = { peering } });
            return made.MountPoint;
        }
    }

    /// <summary>What a pool's machines mount, as the start script reads it: <c>training nfs 10.0.0.2:/files</c>; several are parted by a semicolon.</summary>
    public Output<string> Of(ImmutableArray<SharedFileSystem> files) => Output.All(files.Select(file => _addresses[file.Use].Apply(address =>
            $"{file.Use.Name()} {(file.Kind == FileSystemKind.Lustre ? "lustre" : "nfs")} {address}")))
        .Apply(lines => string.Join(';', lines));
}
