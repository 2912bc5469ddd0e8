using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Karpenter's EC2NodeClass: how machines of nodes start on AWS (karpenter.k8s.aws/v1, as of Karpenter 1.14).</summary>
internal sealed class EC2NodeClassArgs() : CustomResourceArgs("karpenter.k8s.aws/v1", "EC2NodeClass")
{
    [Input("spec", required: true)]
    public Input<EC2NodeClassSpecArgs> Spec { get; set; } = null!;
}

/// <summary>Image, network, disks and tags of machines.</summary>
internal sealed class EC2NodeClassSpecArgs : ResourceArgs
{
    [Input("amiSelectorTerms", required: true)]
    public InputList<ImageTermArgs> AmiSelectorTerms { get; set; } = new();

    [Input("instanceProfile", required: true)]
    public Input<string> InstanceProfile { get; set; } = null!;

    [Input("subnetSelectorTerms", required: true)]
    public InputList<IdTermArgs> SubnetSelectorTerms { get; set; } = new();

    [Input("securityGroupSelectorTerms", required: true)]
    public InputList<IdTermArgs> SecurityGroupSelectorTerms { get; set; } = new();

    [Input("metadataOptions")]
    public Input<MetadataOptionsArgs>? MetadataOptions { get; set; }

    [Input("blockDeviceMappings")]
    public InputList<BlockDeviceArgs> BlockDeviceMappings { get; set; } = new();

    /// <summary><c>RAID0</c> keeps pods' files on the machine's own disks.</summary>
    [Input("instanceStorePolicy")]
    public Input<string>? InstanceStorePolicy { get; set; }

    [Input("associatePublicIPAddress")]
    public Input<bool>? AssociatePublicIPAddress { get; set; }

    [Input("userData")]
    public Input<string>? UserData { get; set; }

    [Input("tags")]
    public InputMap<string> Tags { get; set; } = new();
}

/// <summary>An image by the name and release that AWS gives it.</summary>
internal sealed class ImageTermArgs : ResourceArgs
{
    [Input("alias", required: true)]
    public Input<string> Alias { get; set; } = null!;
}

/// <summary>A subnet or security group by its id.</summary>
internal sealed class IdTermArgs : ResourceArgs
{
    [Input("id", required: true)]
    public Input<string> Id { get; set; } = null!;
}

/// <summary>Who reaches a machine's metadata service.</summary>
internal sealed class MetadataOptionsArgs : ResourceArgs
{
    [Input("httpEndpoint")]
    public Input<string>? HttpEndpoint { get; set; }

    [Input("httpTokens")]
    public Input<string>? HttpTokens { get; set; }

    [Input("httpPutResponseHopLimit")]
    public Input<int>? HttpPutResponseHopLimit { get; set; }
}

/// <summary>A disk of a machine.</summary>
internal sealed class BlockDeviceArgs : ResourceArgs
{
    [Input("deviceName", required: true)]
    public Input<string> DeviceName { get; set; } = null!;

    [Input("rootVolume")]
    public Input<bool>? RootVolume { get; set; }

    [Input("ebs", required: true)]
    public Input<BlockDeviceVolumeArgs> Ebs { get; set; } = null!;
}

/// <summary>The volume behind it.</summary>
internal sealed class BlockDeviceVolumeArgs : ResourceArgs
{
    [Input("volumeType")]
    public Input<string>? VolumeType { get; set; }

    [Input("volumeSize")]
    public Input<string>? VolumeSize { get; set; }

    [Input("encrypted")]
    public Input<bool>? Encrypted { get; set; }

    [Input("kmsKeyID")]
    public Input<string>? KmsKeyID { get; set; }

    [Input("deleteOnTermination")]
    public Input<bool>? DeleteOnTermination { get; set; }
}
