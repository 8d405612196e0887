"""What goes wrong with uploads, joins, hostile files, transcription and sources, and the tests that hold each of it.

One line a trap, under a short name; the names of tests are those of functions in `tests/`. `architecture/test_index_of_risks.py` checks that
every one of them exists, and that a trap held by slow tests alone is known to be so.
"""

from __future__ import annotations

DESIGN = {
    "decoder version pinned, sound given and not paths": [
        "test_the_packages_that_must_not_change_are_pinned",
        "test_imports_go_one_way_and_each_package_has_one_home",
    ],
    "moviepy sees no upload": [
        "test_nothing_but_the_door_starts_a_process_or_opens_an_upload",
        "test_imports_go_one_way_and_each_package_has_one_home",
    ],
    "sound on the container's clock": [
        "test_sound_stands_at_its_time_in_the_file",
        "test_a_long_gap_in_the_sound_stays_as_long_as_it_is",
    ],
    "exact pieces, one last encode": [
        "test_40_clips_of_every_kind_of_source_stay_in_sync",
        "test_each_piece_has_exactly_the_frames_and_samples_planned",
    ],
    "playlists open nothing": [
        "test_a_file_that_names_others_opens_none_of_them_and_asks_for_nothing",
        "test_without_the_allow_lists_the_other_file_would_be_read",
    ],
    "half an upload claims to be whole": ["test_half_an_upload_is_used_as_far_as_it_goes_and_says_so"],
    "the binary is named, nothing on the PATH": [
        "test_a_build_opens_no_socket_and_finds_its_own_ffmpeg",
        "test_another_ffmpeg_can_be_named",
    ],
    "signs in captions": ["test_words_never_become_tags", "test_any_words_are_escaped"],
    "bombs of time and size": [
        "test_two_frames_ten_hours_apart_are_refused_at_once",
        "test_two_frames_hours_apart_that_are_allowed_cost_little",
        "test_a_picture_of_too_many_pixels_is_refused",
    ],
    "pipes are drained, pydub imports": [
        "test_a_talkative_run_does_not_stand_still",
        "test_the_packages_that_must_not_change_are_pinned",
    ],
}

JOINING = {
    "drift": [
        "test_40_clips_of_every_kind_of_source_stay_in_sync",
        "test_24_clips_of_mixed_sources_stay_in_sync",
        "test_every_flash_and_beep_stands_where_the_plan_says",
    ],
    "mixed sizes and pixel shapes": [
        "test_a_circle_stays_round_in_every_reel",
        "test_pixels_that_are_not_square_keep_a_circle_round",
    ],
    "corrupt tail": [
        "test_times_go_only_forward_in_pieces_and_reel",
        "test_the_reel_has_the_frames_of_its_pieces_and_decodes_without_complaint",
    ],
    "cut at the keyframe before": [
        "test_a_cut_far_from_a_keyframe_begins_with_its_own_frame",
        "test_a_cut_begins_with_the_frame_on_show_and_has_its_exact_length",
    ],
    "pop at a join": ["test_fades_are_short_and_no_sample_jumps_at_any_join", "test_joins_do_not_pop"],
    "last word repeated or clipped": ["test_the_last_word_is_whole_and_is_not_said_twice"],
    "frozen or black picture": [
        "test_where_the_picture_is_over_the_speakers_card_takes_its_place",
        "test_a_still_without_sound_to_explain_it_is_named_by_the_check",
        "test_black_and_frozen_pictures_are_found",
    ],
    "no sound, or less than picture": [
        "test_where_the_sound_is_over_there_is_digital_silence",
        "test_a_picture_without_sound_gets_digital_silence",
        "test_40_clips_of_every_kind_of_source_stay_in_sync",
    ],
    "levels": ["test_a_grey_ramp_is_the_same_from_full_and_limited_range"],
    "loudness": [
        "test_synthetic_voices_of_every_level_come_out_equally_loud",
        "test_real_voices_of_every_level_come_out_equally_loud",
        "test_each_clip_is_as_loud_as_the_others",
    ],
}

UPLOADS = {
    "variable rate": [
        "test_at_8_seconds_of_a_variable_rate_is_what_was_seen_at_8_seconds",
        "test_variable_frame_rate_shows_the_right_moment",
    ],
    "webm without a length": ["test_the_length_of_a_browsers_webm_is_found"],
    "turned by a note": [
        "test_a_turned_picture_is_upright_in_reel_and_still_and_leaves_no_turn_behind",
        "test_a_turned_phone_picture_stands_upright_and_round",
    ],
    "high dynamic range": [
        "test_high_dynamic_range_becomes_an_ordinary_picture",
        "test_ten_bits_that_say_nothing_are_taken_as_ordinary",
    ],
    "odd size": ["test_odd_sizes_become_what_every_player_can_show"],
    "first sound track undecodable": ["test_a_sound_track_that_cannot_be_decoded_is_passed_over"],
    "cover art": ["test_cover_art_is_no_picture"],
    "sound alone, calls": [
        "test_an_answer_without_a_picture_shows_a_card_whose_wave_moves",
        "test_a_call_of_two_voices_is_heard_on_both_sides",
        "test_in_the_reel_both_sides_of_a_call_are_heard_in_the_middle",
    ],
    "no sound track": ["test_an_answer_without_sound_says_no_speech_and_the_batch_goes_on"],
    "late, early or broken sound": [
        "test_sound_stands_at_its_time_in_the_file",
        "test_a_long_gap_in_the_sound_stays_as_long_as_it_is",
        "test_sound_that_starts_late_or_has_a_hole_keeps_its_place",
    ],
    "damaged packets": ["test_seeds_of_damaged_packets", "test_damaged_sound_is_said_in_the_status"],
    "one loudspeaker of several": ["test_a_voice_on_one_speaker_alone_is_heard"],
    "several tracks": ["test_the_track_with_speech_is_chosen_and_the_choice_is_noted"],
    "still being written": ["test_a_file_still_being_written_becomes_one_response_when_it_is_whole"],
    "the same twice": ["test_the_same_video_under_two_names_is_one_person_shown_once"],
    "hostile names": [
        "test_every_odd_name_is_taken_in_and_shown",
        "test_hostile_names_are_only_names",
        "test_names_on_a_terminal_are_harmless",
    ],
    "hours": [
        "test_half_an_hour_is_heard_as_its_parts_are_and_says_how_far_it_is",
        "test_levels_of_long_sound_are_those_of_its_parts_and_need_little_memory",
        "test_several_long_answers_are_not_held_at_once",
        "test_the_bar_moves_while_one_long_answer_is_heard",
    ],
    "links, pipes, devices": [
        "test_links_pipes_and_sockets_are_passed_over_without_opening",
        "test_a_whole_build_reads_nothing_outside_the_project",
    ],
}

HOSTILE = {
    "scripts and playlists": [
        "test_a_file_that_names_others_opens_none_of_them_and_asks_for_nothing",
        "test_a_whole_build_reads_nothing_outside_the_project",
    ],
    "rare decoders": [
        "test_bytes_of_rare_formats_reach_no_decoder",
        "test_what_phones_browsers_cameras_and_calls_write_is_decoded",
    ],
    "markup in metadata": ["test_what_metadata_says_is_never_obeyed"],
    "memory": ["test_memory_is_held", "test_a_looker_that_wants_too_much_memory_costs_one_file"],
    "processor time": ["test_processor_time_is_held"],
    "wall time": [
        "test_a_run_past_its_limit_is_killed_with_its_children",
        "test_a_decoder_that_dies_or_hangs_costs_one_file",
    ],
    "pixels and length": [
        "test_a_picture_of_too_many_pixels_is_refused",
        "test_a_limit_on_the_length_is_that_of_the_settings",
        "test_limits_of_the_project_file_reach_whatever_reads_uploads",
    ],
    "the group dies, the parent lives": ["test_past_a_limit_the_whole_group_dies_and_the_parent_does_not"],
    "one door": [
        "test_nothing_but_the_door_starts_a_process_or_opens_an_upload",
        "test_imports_go_one_way_and_each_package_has_one_home",
        "test_a_file_is_read_by_nothing_but_the_door",
    ],
    "five hundred at once": ["test_ten_good_among_five_hundred_damaged"],
}

TRANSCRIPTION = {
    "words out of nothing": ["test_what_is_not_speech_gives_no_words"],
    "loops": [
        "test_a_sentence_that_repeats_itself_is_never_quoted",
        "test_the_same_sentence_three_times_is_never_quoted_but_twice_may_be",
        "test_what_is_unreliable_is_never_quoted",
    ],
    "quiet speech": ["test_a_quiet_voice_is_heard_nearly_the_same"],
    "first word too early": ["test_a_sentence_after_75_seconds_of_silence_is_heard_in_its_place"],
    "cut inside a word": [
        "test_no_edge_of_the_samples_is_inside_the_sound",
        "test_edges_land_in_the_pause_even_where_word_times_are_off",
        "test_an_edge_inside_the_sound_is_found",
    ],
    "language of silence": [
        "test_the_language_is_that_of_the_speech_however_long_the_silence_before_it",
        "test_a_language_that_is_not_sure_is_said",
    ],
    "another language": [
        "test_the_customers_who_spoke_of_it_are_counted_whatever_their_language",
        "test_each_language_is_recognised_and_written_down",
        "test_what_stays_untranslated_is_said_with_its_remedy",
    ],
    "a translation that is none": [
        "test_a_translation_that_repeats_the_original_is_none",
        "test_a_model_that_turns_out_to_know_only_english_is_one_warning",
    ],
    "threads": ["test_never_more_threads_than_processors"],  # the default beside the best is the bench's
    "no hub, half a model, wrong name": [
        "test_a_model_that_is_not_here_is_one_line_and_no_socket",
        "test_no_model_is_one_line_with_its_remedy",
        "test_a_named_folder_with_half_a_model_is_refused",
        "test_a_misspelt_model_gets_the_name_that_was_meant",
        "test_a_build_with_both_models_opens_no_socket",
    ],
}

SOURCES = {
    "a transfer that breaks": [
        "test_after_a_broken_connection_only_the_rest_is_sent",
        "test_another_run_goes_on_where_the_last_one_was_cut_off",
        "test_killed_in_the_middle_it_goes_on_and_there_is_one_whole_file",
    ],
    "a file that changes meanwhile": [
        "test_a_file_that_changed_in_the_middle_starts_anew",
        "test_a_changed_file_that_the_server_passes_off_as_the_rest_is_noticed",
        "test_a_film_that_is_overwritten_while_it_is_read_is_left_for_later",
    ],
    "half a file": [
        "test_less_than_was_said_is_not_taken_for_whole",
        "test_a_full_disk_leaves_nothing_half",
        "test_what_was_written_before_the_machine_started_is_not_trusted",
    ],
    "a login page": ["test_a_login_page_is_named_as_what_it_is", "test_dead_links_are_named_remembered_and_left_alone"],
    "silence and trickle": [
        "test_a_server_that_falls_silent_is_left",
        "test_a_trickle_is_left_though_something_comes_all_the_time",
        "test_a_server_that_sends_for_ever_is_left_and_nothing_of_it_is_taken",
        "test_one_file_has_its_time_however_steadily_it_comes",
        "test_a_share_that_does_not_answer_is_left_after_its_time",
    ],
    "dead links asked for ever": [
        "test_a_dead_link_is_asked_once",
        "test_how_long_a_dead_link_is_left_alone_grows",
        "test_tries_have_an_end_and_a_busy_host_is_left_alone_for_the_run",
    ],
    "links that lead inside": [
        "test_addresses_of_the_own_network_are_only_asked_where_that_is_allowed",
        "test_nothing_leads_from_the_internet_into_the_own_network",
        "test_who_answered_counts_where_a_name_was_looked_up_twice",
        "test_links_that_lead_elsewhere_are_refused",
        "test_no_form_of_a_private_address_passes_for_public",
        "test_where_clouds_keep_secrets_is_known_in_each_form",
        "test_an_address_means_the_same_folder_wherever_the_program_runs",
        "test_only_storage_is_an_address",
    ],
    "secrets sent elsewhere": [
        "test_headers_do_not_go_along_to_another_host",
        "test_headers_go_to_no_host_that_only_stands_in_the_export",
        "test_no_library_logs_an_address",
        "test_no_secret_stands_in_any_message_log_or_file",
        "test_a_proxy_that_is_none_is_one_line_without_its_password",
    ],
    "one bad link stops the rest": [
        "test_what_is_no_address_is_one_line_and_still_has_an_identity",
        "test_whatever_a_server_answers_belongs_to_its_link",
    ],
    "links and pipes in a share": [
        "test_a_table_of_a_share_that_is_no_ordinary_file_is_an_error",
        "test_a_table_of_a_share_under_another_name_is_never_read_as_no_table",
        "test_a_pipe_in_a_share_is_not_listed_and_never_waited_for",
    ],
    "names of files": [
        "test_names_are_safe_whatever_the_export_calls_its_rows",
        "test_another_file_of_that_name_is_never_overwritten",
    ],
    "a film before its consent": [
        "test_the_row_is_there_before_the_film",
        "test_nobody_without_consent_is_fetched",
        "test_a_narrower_consent_of_the_next_export_reaches_the_table",
    ],
    "a table that is written anew": [
        "test_a_row_more_leaves_every_row_as_it_was",
        "test_any_words_can_be_entered_and_read_back",
        "test_only_the_one_cell_changes",
    ],
    "who was forgotten comes back": [
        "test_who_was_forgotten_is_neither_fetched_nor_entered_again",
        "test_a_forgotten_video_that_comes_under_another_id_is_not_kept",
    ],
    "a build that fetches": ["test_a_build_with_sources_opens_no_socket"],
}

# What is promised of every build, whatever happens to it
PROMISES = {
    "no finished work is lost": [
        "test_killed_at_200_points_nothing_is_lost_half_done_or_done_twice",
        "test_a_decision_is_written_down_or_not_wherever_it_is_killed",
        "test_forget_killed_anywhere_is_finished_by_the_same_command",
        "test_a_build_that_comes_back_is_whole_and_none_is_lost_wherever_it_is_killed",
    ],
    "no half output under a final name": [
        "test_killed_at_200_points_nothing_is_lost_half_done_or_done_twice",
        "test_killed_between_the_files_of_two_builds_the_next_build_goes_on_and_renders_nothing",
        "test_pieces_and_reels_are_on_the_disk_before_they_get_their_names",
        "test_a_file_is_flushed_then_renamed_then_its_folder_is_flushed",
    ],
    "finished work is not done again": [
        "test_killed_at_200_points_nothing_is_lost_half_done_or_done_twice",
        "test_killed_between_the_files_of_two_builds_the_next_build_goes_on_and_renders_nothing",
    ],
    "nothing to do costs nothing": [
        "test_a_second_build_of_many_answers_does_nothing_and_changes_nothing",
        "test_a_second_build_does_nothing_and_changes_no_byte",
        "test_a_scheduled_run_writes_ids_and_counts_and_no_name_and_costs_nothing_where_nothing_is_new",
    ],  # the seconds are the bench's
    "incremental = from scratch": [
        "test_every_edited_survey_gives_the_plan_of_a_clean_build",
        "test_edited_surveys_give_the_frames_of_a_clean_build",
        "test_edited_surveys_that_are_judged_by_meaning_and_learn_from_decisions_too",
    ],
    "one builder at a time": [
        "test_of_eight_at_once_one_works_and_seven_leave_and_a_killed_one_leaves_no_lock",
        "test_one_builder_at_a_time_and_a_killed_one_leaves_no_lock",
        "test_a_holder_that_a_dead_builder_wrote_is_not_named",
    ],
    "locks and journals of network folders": [
        "test_where_the_disk_knows_no_locks_a_file_stands_in_and_says_so",
        "test_there_the_file_of_a_dead_builder_is_taken_over_and_that_of_another_computer_is_not",
        "test_it_never_keeps_a_log_beside_it",
        "test_a_library_left_with_a_log_by_some_tool_gets_its_journal_back_and_says_so",
        "test_what_the_disk_does_to_the_library_is_one_line",
    ],
    "nothing outlives a build": [
        "test_no_ffmpeg_outlives_a_builder_that_is_killed_alone",
        "test_killed_at_200_points_nothing_is_lost_half_done_or_done_twice",
        "test_ten_good_among_five_hundred_damaged",
    ],
    "a full disk": [
        "test_a_real_disk_that_fills_up_leaves_the_old_reel_and_one_line",
        "test_a_disk_that_is_full_from_any_change_on_leaves_the_old_reel_and_one_line",
        "test_a_full_disk_is_seen_before_and_keeps_the_old_reel",
    ],
    "a clock that jumps": [
        "test_a_clock_two_years_ahead_erases_nothing_until_the_date_is_said_to_be_right",
        "test_a_clock_set_back_brings_no_consent_back",
        "test_after_a_build_with_a_clock_ahead_the_right_date_can_be_put_back",
        "test_times_of_files_in_the_past_or_the_future_change_nothing",
        "test_the_last_builds_are_kept_by_their_order_and_not_by_the_clock",
        "test_a_clock_that_is_ahead_on_a_network_disk_does_not_keep_a_file_waiting",
    ],
    "an older library": [
        "test_a_library_of_every_older_version_becomes_todays_and_a_copy_is_kept",
        "test_killed_at_every_statement_a_library_is_of_the_old_form_or_of_the_new",
        "test_two_that_open_an_old_library_at_once_change_it_once",
        "test_a_library_of_a_newer_version_is_left_alone",
        "test_half_a_library_is_one_line_wherever_it_is_noticed",
        "test_a_library_that_cannot_be_written_is_one_line_and_can_be_looked_at",
    ],
    "a damaged project folder": [
        "test_every_kind_of_damage_to_the_cache_is_mended_by_the_next_build",
        "test_whatever_lies_in_the_place_of_a_piece_gives_way_to_it",
        "test_a_file_where_a_folder_must_be_is_one_line_before_any_work",
        "test_a_manifest_of_another_shape_counts_as_none",
        "test_a_person_in_a_reel_whose_manifest_is_damaged_is_forgotten_all_the_same",
        "test_a_flipped_byte_anywhere_in_the_library_is_never_a_traceback",
        "test_every_column_of_another_kind_is_never_a_traceback",
        "test_damaged_settings_are_read_or_refused_in_one_line",
        "test_damaged_card_designs_are_read_or_refused_in_one_line",
        "test_a_damaged_manifest_is_of_the_right_shape_or_none",
        "test_a_damaged_row_of_the_library_is_read_or_one_line",
    ],
    "wrong hands": [
        "test_what_is_made_is_for_its_owner_and_other_settings_hold_for_what_is_there",
        "test_a_killed_export_leaves_nothing_of_the_customer_after_the_next_start",
    ],
    "signals, streams and bare environments": [
        "test_a_signal_in_each_stage_ends_it_in_one_line_and_the_next_build_goes_on",
        "test_a_closed_or_full_stream_is_no_trouble",
        "test_a_bare_environment_is_enough",
        "test_a_limit_on_the_size_of_files_is_one_line_and_costs_nothing",
        "test_settings_that_change_during_a_build_count_for_the_next_one",
        "test_a_library_of_an_older_version_is_not_touched_while_that_version_builds",
    ],
    "a bad upload stops nothing": [
        "test_ten_good_among_five_hundred_damaged",
        "test_bad_uploads_stop_nothing_and_are_named",
    ],
    "originals are never touched": [
        "test_originals_keep_their_content_times_modes_and_folders",
        "test_uploads_on_a_disk_that_cannot_be_written_are_fine",
        "test_originals_are_never_touched_and_may_be_read_only",
    ],
    "plays everywhere": [
        "test_a_whole_reel_plays_everywhere_and_has_no_stray_streams",
        "test_the_level_is_one_that_every_player_knows",
        "test_a_reel_plays_everywhere",
    ],
    "every second explainable": ["test_every_second_is_explained_and_is_what_its_source_shows_there"],
    "no network": [
        "test_a_build_and_all_that_it_starts_open_no_socket",
        "test_a_build_where_there_is_no_network_at_all_is_the_same",
        "test_no_python_that_a_build_starts_asks_for_the_network",
        "test_ffmpeg_itself_may_open_files_and_pipes_alone",
        "test_a_build_with_both_models_opens_no_socket",
    ],
}

TRAPS = {
    f"{part}: {name}": tests
    for part, rows in {
        "design": DESIGN,
        "joining": JOINING,
        "uploads": UPLOADS,
        "hostile": HOSTILE,
        "transcription": TRANSCRIPTION,
        "sources": SOURCES,
        "promises": PROMISES,
    }.items()
    for name, tests in rows.items()
}
