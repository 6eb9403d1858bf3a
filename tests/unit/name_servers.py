"""Name servers as they are seen in the world, for each host by its key."""

from __future__ import annotations

from dataclasses import replace

from builders import cut

from sendready.model.observation import Observation
from sendready.model.records import NameServer

SERVERS = {
    "123-reg": ["ns.123-reg.co.uk", "ns2.123-reg.co.uk"],
    "akamai-edge-dns": ["a1-1.akam.net", "a12-64.akam.net", "a24-65.akam.net"],
    "alibaba-cloud": ["dns1.hichina.com", "dns32.hichina.com", "ns1.alidns.com"],
    "all-inkl": ["ns5.kasserver.com", "ns6.kasserver.com"],
    "autodns": ["a.ns14.net", "d.ns14.net"],
    "azure-dns": ["ns1-01.azure-dns.com", "ns2-01.azure-dns.net", "ns3-01.azure-dns.org", "ns4-37.azure-dns.info"],
    "bluehost": ["ns1.bluehost.com", "ns2.bluehost.com"],
    "bunny": ["kiki.bunny.net", "coco.bunny.net"],
    "cafe24": ["ns1.cafe24.com", "ns1.cafe24.co.kr", "ns2.cafe24.com", "ns2.cafe24.co.kr"],
    "cloudflare": ["ada.ns.cloudflare.com", "BOB.NS.CLOUDFLARE.COM."],
    "cloudns": ["ns1.cloudns.net", "pns31.cloudns.net", "gns3.cloudns.net", "ns41.cloudns.net", "pns1.cloudns.net"],
    "constellix": ["ns11.constellix.com", "ns21.constellix.com", "ns61.constellix.net", "ns41.constellix.net"],
    "desec": ["ns1.desec.io", "ns2.desec.org"],
    "digitalocean": ["ns1.digitalocean.com", "ns3.digitalocean.com"],
    "dns-made-easy": ["ns0.dnsmadeeasy.com", "ns10.dnsmadeeasy.com"],
    "dnsimple": ["ns1.dnsimple.com", "ns2.dnsimple-edge.net", "ns4.dnsimple-edge.org"],
    "dnspod": ["f1g1ns1.dnspod.net", "f1g1ns2.dnspod.net"],
    "domeneshop": ["ns1.hyp.net", "ns3.hyp.net"],
    "dreamhost": ["ns1.dreamhost.com", "ns3.dreamhost.com"],
    "dynadot": ["ns1.dyna-ns.net", "ns2.dyna-ns.net"],
    "easydns": ["dns1.easydns.com", "dns2.easydns.net", "dns3.easydns.org", "dns3.easydns.ca", "dns1.easydns.info"],
    "enom": ["dns1.name-services.com", "dns5.name-services.com"],
    "exoscale": ["ns1.exoscale.com", "ns1.exoscale.ch", "ns1.exoscale.net", "ns1.exoscale.io"],
    "gandi": ["ns-161-a.gandi.net", "ns-1-b.gandi.net", "a.dns.gandi.net"],
    "gcore": ["ns1.gcorelabs.net", "ns2.gcdn.services"],
    "godaddy": ["ns11.domaincontrol.com", "ns12.domaincontrol.com"],
    "google-cloud-dns": ["ns-cloud-a1.googledomains.com", "ns-cloud-e4.googledomains.com"],
    "hetzner": ["hydrogen.ns.hetzner.com", "oxygen.ns.hetzner.com", "helium.ns.hetzner.de"],
    "hetzner-robot": [
        "ns1.first-ns.de",
        "robotns2.second-ns.de",
        "robotns3.second-ns.com",
        "ns1.your-server.de",
        "ns.second-ns.com",
        "ns3.second-ns.de",
    ],
    "hosting-de": ["ns1.hosting.de", "ns3.hosting.de"],
    "hostinger": ["ns1.dns-parking.com", "ns2.dns-parking.com"],
    "hover": ["ns1.hover.com", "ns2.hover.com"],
    "huawei-cloud": [
        "ns1.huaweicloud-dns.com",
        "ns1.huaweicloud-dns.cn",
        "ns1.huaweicloud-dns.org",
        "ns1.huaweicloud-dns.net",
    ],
    "hurricane-electric": ["ns1.he.net", "ns5.he.net"],
    "infomaniak": ["nsany1.infomaniak.com", "nsany2.infomaniak.com"],
    "inwx": ["ns.inwx.de", "ns2.inwx.de", "ns3.inwx.eu", "ns4.inwx.com", "ns5.inwx.net"],
    "ionos": ["ns1045.ui-dns.com", "ns1102.ui-dns.de", "ns1037.ui-dns.org", "ns1069.ui-dns.biz"],
    "ionos-cloud": ["ns-ic.ui-dns.com", "ns-ic.ui-dns.de", "ns-ic.ui-dns.org", "ns-ic.ui-dns.biz"],
    "joker": ["a.ns.joker.com", "c.ns.joker.com"],
    "linode": ["ns1.linode.com", "ns5.linode.com"],
    "loopia": ["ns1.loopia.se", "ns2.loopia.se"],
    "luadns": ["ns1.luadns.net", "ns4.luadns.net"],
    "mythic-beasts": ["ns1.mythic-beasts.com", "ns3.mythic-beasts.com"],
    "name-com": ["ns1.name.com", "ns1abc.name.com"],
    "namecheap": ["dns1.registrar-servers.com", "pdns2.registrar-servers.com"],
    "namesilo": ["ns1.dnsowl.com", "ns3.dnsowl.com"],
    "netcup": ["root-dns.netcup.net", "second-dns.netcup.net", "third-dns.netcup.net"],
    "network-solutions": ["ns41.worldnic.com", "ns42.worldnic.com"],
    "njalla": ["1-you.njalla.no", "2-can.njalla.in", "3-get.njalla.fo"],
    "ns1": ["dns1.p01.nsone.net", "dns4.p09.nsone.net"],
    "opensrs": ["ns1.systemdns.com", "ns3.systemdns.com"],
    "oracle-cloud": ["ns1.p201.dns.oraclecloud.net", "ns4.p68.dns.oraclecloud.net"],
    "ovhcloud": [
        "dns10.ovh.net",
        "ns10.ovh.net",
        "dns200.anycast.me",
        "ns200.anycast.me",
        "dns10.ovh.ca",
        "ns10.ovh.ca",
    ],
    "porkbun": ["curitiba.ns.porkbun.com", "salvador.ns.porkbun.com"],
    "rackspace": ["dns1.stabletransit.com", "dns2.stabletransit.com"],
    "register-com": ["dns136.a.register.com", "dns229.b.register.com"],
    "route53": ["ns-0.awsdns-00.com", "ns-522.awsdns-01.net", "ns-1372.awsdns-43.org", "ns-1907.awsdns-46.co.uk"],
    "scaleway": ["ns0.dom.scw.cloud", "ns1.dom.scw.cloud"],
    "selectel": ["a.ns.selectel.ru", "d.ns.selectel.ru"],
    "simply": ["ns1.simply.com", "ns3.simply.com"],
    "siteground": ["ns1.siteground.net", "ns2.siteground.net"],
    "spaceship": ["launch1.spaceship.net", "launch2.spaceship.net"],
    "squarespace": ["nsa1.squarespacedns.com", "nsd4.squarespacedns.com", "connect1.squarespacedns.com"],
    "strato": ["docks17.rzone.de", "shades03.rzone.de"],
    "transip": ["ns0.transip.net", "ns1.transip.nl", "ns2.transip.eu"],
    "ultradns": [
        "pdns1.ultradns.net",
        "pdns6.ultradns.co.uk",
        "udns1.ultradns.net",
        "pdns1.ultradns.com",
        "pdns3.ultradns.org",
        "pdns196.ultradns.biz",
        "pdns5.ultradns.info",
    ],
    "vercel": ["ns1.vercel-dns.com", "ns2.vercel-dns.com"],
    "vultr": ["ns1.vultr.com", "ns2.vultr.com"],
    "wix": ["ns8.wixdns.net", "ns13.wixdns.net"],
}


def hosted(key: str, seen: Observation) -> Observation:
    """The same look at a zone of that host."""
    servers = tuple(NameServer(name, f"192.0.2.{number}") for number, name in enumerate(SERVERS[key], 1))
    return replace(seen, delegation=cut(servers=servers))
