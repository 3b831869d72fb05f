//! RFC 6962 trees, tiles and checkpoints.

use ledger::checkpoint;
use ledger::tiles::{self, Tile};
use ledger::tree::{self, CompactRange, Hash, Nodes};

use crate::shared::{port_key, safety_key, trust};

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hash(hex: &str) -> Hash {
    bytes(hex).try_into().unwrap()
}

/// The leaves of the reference tests of Certificate Transparency.
fn reference_leaves() -> Vec<Hash> {
    let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    leaves.iter().map(|leaf| tree::leaf_hash(&bytes(leaf))).collect()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| tree::leaf_hash(&number.to_be_bytes())).collect()
}

/// The definition of RFC 6962 section 2.1, word by word.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => tree::root(&[]),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            tree::node_hash(&defined_root(&leaves[..split]), &defined_root(&leaves[split..]))
        }
    }
}

#[test]
fn reference_roots_of_certificate_transparency() {
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves = reference_leaves();
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(tree::root(&leaves[..size]), hash(root), "{size} leaves");
        assert_eq!(Nodes::new(leaves[..size].to_vec()).root(), hash(root), "{size} leaves");
    }
}

#[test]
fn reference_proofs_of_certificate_transparency() {
    let nodes = Nodes::new(reference_leaves());
    let mut read = |level, index| nodes.read(level, index);
    let path: [&str; 3] = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(tree::inclusion_proof(5, 8, &mut read).unwrap(), path.map(hash));
    let from_6 = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(tree::consistency_proof(6, 8, &mut read).unwrap(), from_6.map(hash));
    let from_2 = [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ];
    assert_eq!(tree::consistency_proof(2, 5, &mut read).unwrap(), from_2.map(hash));
}

#[test]
fn compact_ranges_grow_restore_and_tell_every_node() {
    let leaves = leaves(130);
    let mut range = CompactRange::new();
    for (size, leaf) in leaves.iter().enumerate() {
        assert_eq!(range.root(), defined_root(&leaves[..size]), "{size} leaves");
        let saved = range.to_bytes();
        range = CompactRange::from_bytes(&saved).unwrap();
        if size > 0 {
            assert!(CompactRange::from_bytes(&saved[..saved.len() - 1]).is_none());
            assert!(CompactRange::from_bytes(&saved[..saved.len() - 32]).is_none());
        }
        let mut told = Vec::new();
        range.append_and(*leaf, &mut |level, index, hash| told.push((level, index, *hash)));
        let nodes = Nodes::new(leaves[..=size].to_vec());
        for (level, index, hash) in told {
            assert_eq!(nodes.read(level, index), Some(hash), "node {level}/{index}");
        }
    }
    assert_eq!(range.size(), 130);
}

#[test]
fn every_inclusion_proof_up_to_130_leaves_holds_and_no_neighbouring_one() {
    let all = leaves(130);
    let nodes = Nodes::new(all.clone());
    let mut read = |level, index| nodes.read(level, index);
    for size in 1..=130 {
        let root = defined_root(&all[..size as usize]);
        assert_eq!(tree::inclusion_proof(size, size, &mut read), None);
        for index in 0..size {
            let proof = tree::inclusion_proof(index, size, &mut read).unwrap();
            let leaf = &all[index as usize];
            assert!(tree::verify_inclusion(index, size, leaf, &proof, &root), "{index} of {size}");
            let other_place = (index + 1) % size;
            assert!(size == 1 || !tree::verify_inclusion(other_place, size, leaf, &proof, &root));
            assert!(!tree::verify_inclusion(index, size, &root_of_nothing(), &proof, &root));
            for (at, _) in proof.iter().enumerate() {
                let mut changed = proof.clone();
                changed[at][at % 32] ^= 1;
                assert!(!tree::verify_inclusion(index, size, leaf, &changed, &root));
                let mut shorter = proof.clone();
                shorter.remove(at);
                assert!(!tree::verify_inclusion(index, size, leaf, &shorter, &root));
            }
            let longer = [proof.as_slice(), &[root]].concat();
            assert!(!tree::verify_inclusion(index, size, leaf, &longer, &root));
        }
    }
}

#[test]
fn every_consistency_proof_up_to_130_leaves_holds_and_no_changed_one() {
    let all = leaves(130);
    let nodes = Nodes::new(all.clone());
    let mut read = |level, index| nodes.read(level, index);
    let roots: Vec<Hash> = (0..=130).map(|size| defined_root(&all[..size])).collect();
    assert!(tree::verify_consistency(0, &roots[0], 7, &roots[7], &[]));
    assert!(!tree::verify_consistency(0, &roots[1], 7, &roots[7], &[]));
    assert_eq!(tree::consistency_proof(0, 5, &mut read), None);
    for size in 1..=130 {
        let root = &roots[size];
        for old in 1..=size {
            let proof = tree::consistency_proof(old as u64, size as u64, &mut read).unwrap();
            let holds = |old_root: &Hash, root: &Hash, proof: &[Hash]| {
                tree::verify_consistency(old as u64, old_root, size as u64, root, proof)
            };
            assert!(holds(&roots[old], root, &proof), "{old} to {size}");
            assert!(!holds(&roots[old - 1], root, &proof));
            assert!(!holds(&roots[old], &roots[size - 1], &proof));
            assert!(!holds(&roots[old], root, &[proof.as_slice(), &[*root]].concat()));
            for at in 0..proof.len() {
                let mut changed = proof.clone();
                changed[at][at % 32] ^= 1;
                assert!(!holds(&roots[old], root, &changed));
                changed.remove(at);
                assert!(!holds(&roots[old], root, &changed));
            }
            assert!(size == old || !tree::verify_consistency(size as u64, root, old as u64, &roots[old], &proof));
        }
    }
}

#[test]
fn tiles_follow_the_specification() {
    let tile = |level, number, width| Tile { level, number, width };
    assert_eq!(tile(0, 1_234_067, 256).path(), "tile/0/x001/x234/067");
    assert_eq!(tile(1, 0, 17).path(), "tile/1/000.p/17");
    for of in [tile(0, 1_234_067, 256), tile(1, 0, 17), tile(3, 1000, 1)] {
        assert_eq!(Tile::parse(&of.path()), Some(of));
    }
    for other in [
        "tile/0/1",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/9/000",
        "tile/0/x000/001",
        "tile/0/xx01",
        "tile/0/",
        "0/000",
    ] {
        assert_eq!(Tile::parse(other), None, "{other}");
    }
    let widths =
        [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)].map(|(level, n)| Tile::in_tree(level, n, 300).map(|of| of.width));
    assert_eq!(widths, [Some(256), Some(44), None, Some(1), None]);
    assert_eq!(tiles::entries_path(273, 112), "tile/entries/273.p/112");
    let of_70_000 = tiles::new_tiles(0, 70_000);
    assert_eq!(of_70_000.iter().filter(|tile| tile.level == 0 && tile.width == 256).count(), 273);
    let rest = [tile(0, 273, 112), tile(1, 0, 256), tile(1, 1, 17), tile(2, 0, 1)];
    assert_eq!(of_70_000[273..], rest);
    assert_eq!(tiles::new_tiles(0, 256), [tile(0, 0, 256), tile(1, 0, 1)]);
    assert_eq!(tiles::new_tiles(255, 257), [tile(0, 0, 256), tile(0, 1, 1), tile(1, 0, 1)]);
    assert_eq!(tiles::new_tiles(256, 300), [tile(0, 1, 44)]);
    assert_eq!(tiles::new_tiles(300, 300), []);
    assert_eq!(tiles::entry_bundle(&[b"ab", b""]).unwrap(), b"\x00\x02ab\x00\x00");
    assert_eq!(tiles::entry_bundle(&[&[0; 65_536]]), None);
}

#[test]
fn proofs_can_be_read_from_tiles_alone() {
    let size = 70_000;
    let nodes = Nodes::new(leaves(size));
    let mut read = |level, index| nodes.read(level, index);
    let mut files = std::collections::HashMap::new();
    for tile in tiles::new_tiles(0, size) {
        files.insert((tile.level, tile.number), tile.bytes(&mut read).unwrap());
    }
    let root = nodes.root();
    for index in [0, 255, 256, 65_535, 65_536, 69_887, 69_999] {
        let mut from_tiles =
            |level, index| tiles::node(level, index, &mut |level, number| files.get(&(level, number)).cloned());
        let proof = tree::inclusion_proof(index, size, &mut from_tiles).unwrap();
        assert!(tree::verify_inclusion(index, size, &nodes.read(0, index).unwrap(), &proof, &root));
    }
}

#[test]
fn checkpoints_are_signed_and_every_change_is_refused() {
    let root = tree::root(&leaves(5));
    let note = checkpoint::sign("port.example/log/2026", 5, &root, &port_key()).unwrap();
    let verified = checkpoint::verify(&note, &trust()).unwrap();
    assert_eq!((verified.checkpoint.size, verified.checkpoint.root), (5, root));
    assert_eq!(verified.key.kid, port_key().kid());

    // Any bit of the note changed, in its own characters, is refused; a witness's line below it is not our business.
    for at in 0..note.len() {
        for bit in 0..7 {
            let mut changed = note.clone().into_bytes();
            changed[at] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(changed) {
                assert!(checkpoint::verify(&changed, &trust()).is_err(), "{changed}");
            }
        }
    }
    let witness = checkpoint::sign("port.example/log/2026", 5, &root, &safety_key()).unwrap();
    assert_eq!(checkpoint::verify(&witness, &trust()).unwrap_err().code, "PQ-CHECKPOINT-002");
    let cosigned = format!("{note}{}\n", witness.lines().last().unwrap());
    assert!(checkpoint::verify(&cosigned, &trust()).is_ok());
    let foreign_text = note.replacen("\n5\n", "\n6\n", 1);
    assert_eq!(checkpoint::verify(&foreign_text, &trust()).unwrap_err().code, "PQ-CHECKPOINT-003");
    assert_eq!(checkpoint::sign("with space", 5, &root, &port_key()).unwrap_err().code, "PQ-CHECKPOINT-005");
    let mut revoked = trust();
    revoked.keys[0].revoked_at = Some(0);
    assert_eq!(checkpoint::verify(&note, &revoked).unwrap_err().code, "PQ-CHECKPOINT-002");
}

fn root_of_nothing() -> Hash {
    tree::root(&[])
}
